using Equipoise.Methods;

namespace Equipoise.Benchmarks;

/// <summary>The methods whose steps are measured, by the names that the plain PyTorch program has for them, and the ratios aimed at.</summary>
internal sealed record StepCase(string Name, Func<BalancingMethod> Method, double Float32, double BFloat16)
{
    internal static readonly StepCase[] All =
    [
        new("joint", () => new Joint(), 0.70, 0.30),
        new("ogm-ge", () => new OgmGe(), 0.70, 0.30),
        new("mla", () => new Mla(), 0.72, 0.35),
        new("mmpareto", () => new MmPareto(), 0.50, 0.23),
    ];
}
