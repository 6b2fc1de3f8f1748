using Equipoise.Configuration;
using Equipoise.Encoders;
using Equipoise.Models;

namespace Equipoise.Tests.Laws;

/// <summary>What a trial trains; its start, inputs and labels are drawn by seed and name, whatever the order of the modalities.</summary>
/// <param name="Method">The <c>method</c> block in flow style: one mapping or a list.</param>
/// <param name="Fusion">The fusion; null for the method's own.</param>
internal sealed record TrialSpec(string Method, string? Fusion = null)
{
    /// <summary>The width of every encoder's features.</summary>
    internal const int Width = 6;

    /// <summary>The modalities, of <c>a</c> to <c>d</c>.</summary>
    public string[] Modalities { get; init; } = ["a", "b"];

    public ulong Seed { get; init; } = 1;

    public OptimizerSpec Optimizer { get; init; } = new(LearningRate: 0.1);

    /// <summary>The spread of the inputs.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether every encoder is a single linear layer.</summary>
    public bool Linear { get; init; }

    /// <summary>Whether the optimiser moves the encoders alone.</summary>
    public bool EncodersOnly { get; init; }

    /// <summary>Whether every other batch lacks modalities in some samples; whole ones come between.</summary>
    public bool Absent { get; init; }

    /// <summary>Whether a diagnosis sees the same features on train and on val.</summary>
    public bool SameSplits { get; init; }

    /// <summary>The first modalities in their order.</summary>
    internal static string[] First(int count) => ((string[])["a", "b", "c", "d"])[..count];

    internal EncoderSpec Encoder(string modality) => (Linear ? "linear" : modality) switch
    {
        "a" => new("cnn", initial => new Cnn(2, [4, Width], initial, batchNorm: true)),
        "c" => new("cnn", initial => new Cnn(2, [4, Width], initial)),
        "linear" => new("mlp", initial => new Mlp(5, [Width], initial)),
        _ => new("mlp", initial => new Mlp(5, [7, Width], initial)),
    };

    internal long[] Shape(string modality) => Encoder(modality).Type == "cnn" ? [2, 7, 7] : [5];
}
