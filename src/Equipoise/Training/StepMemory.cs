namespace Equipoise.Training;

/// <summary>
/// What a training step holds in memory, as a function of its samples. The same operators run whatever their number, so at every moment
/// (an allocation or a release) the step holds a fixed part and a part per sample, which two recordings tell apart. The most that it holds
/// is the largest of these sums: for few samples another moment than for many.
/// </summary>
internal sealed class StepMemory
{
    private readonly (double Fixed, double PerSample)[] _moments;

    private StepMemory((double, double)[] moments) => _moments = moments;

    /// <summary>
    /// From two recordings. Where their moments do not correspond (an operator computes few samples in another way), nothing counts as fixed:
    /// that is never less than what is held.
    /// </summary>
    /// <param name="few">Samples of the first recording, at least 1.</param>
    /// <param name="fewHeld">Bytes held at each moment.</param>
    /// <param name="more">Samples of the second, at least as many.</param>
    /// <param name="moreHeld">Bytes held at each moment.</param>
    /// <param name="beside">Bytes held all the time beside what was recorded.</param>
    internal static StepMemory Of(int few, long[] fewHeld, int more, long[] moreHeld, long beside) => new(
        few == more || fewHeld.Length != moreHeld.Length
            ? [(beside, moreHeld.Max() / (double)more)]
            : [.. fewHeld.Zip(moreHeld, (less, greater) =>
            {
                double perSample = Math.Max(0, (greater - less) / (double)(more - few));
                return (beside + less - few * perSample, perSample);
            })]);

    /// <summary>The most bytes that a step on so many samples holds.</summary>
    internal long At(int samples) => (long)Math.Ceiling(_moments.Max(moment => moment.Fixed + samples * moment.PerSample));

    /// <summary>The most samples whose step keeps within so many bytes; 0 where not even one does.</summary>
    internal int Fitting(long bytes) => (int)Math.Clamp(
        _moments.Min(moment => moment.Fixed + moment.PerSample > bytes ? 0 : moment.PerSample == 0 ? int.MaxValue : Math.Floor((bytes - moment.Fixed) / moment.PerSample)), 0, int.MaxValue);
}
