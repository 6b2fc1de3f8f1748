namespace Equipoise.Torch.Optimizers;

/// <summary>The step size of each epoch, as a factor of the configured one.</summary>
/// <param name="Kind">How it falls.</param>
/// <param name="Every">Epochs between falls of <see cref="ScheduleKind.Step"/>.</param>
/// <param name="Factor">What a fall multiplies by.</param>
/// <param name="Warmup">Epochs in which it rises linearly to the full size; 0 for none.</param>
public sealed record Schedule(ScheduleKind Kind, int Every = 70, double Factor = 0.1, int Warmup = 0)
{
    /// <summary>The factor of an epoch (from 0) of a training of <paramref name="epochs"/>.</summary>
    public double At(int epoch, int epochs)
    {
        if (epoch < Warmup) return (epoch + 1.0) / (Warmup + 1);
        return Kind switch
        {
            ScheduleKind.Step => Math.Pow(Factor, epoch / Every),
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * (epoch - Warmup) / Math.Max(1, epochs - Warmup))),
            _ => 1,
        };
    }
}

/// <summary>How a step size falls.</summary>
public enum ScheduleKind
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>By a factor every so many epochs.</summary>
    Step,

    /// <summary>Along half a cosine, to zero.</summary>
    Cosine,
}
