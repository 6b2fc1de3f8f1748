namespace Equipoise.Training;

/// <summary>Where in a training a step is.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Step">The step within the epoch, from 0.</param>
/// <param name="Steps">How many steps the epoch has.</param>
public readonly record struct StepPosition(int Epoch, int Step, int Steps)
{
    /// <summary>How much of the epoch is done before this step, from 0 to below 1.</summary>
    public double Fraction => Step / (double)Math.Max(1, Steps);

    /// <summary>Whether this step is the last of so many that belong together, counted from the start of the epoch, or the epoch's last.</summary>
    public bool EndsGroup(int size) => (Step + 1) % size == 0 || Step + 1 == Steps;
}
