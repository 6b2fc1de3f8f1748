using Equipoise.Methods;

namespace Equipoise.Benchmarks;

/// <summary>Training steps and an evaluation of two ResNet-18, each beside the papers' program in plain PyTorch.</summary>
internal static class StepBenchmark
{
    private static readonly (string Case, Func<BalancingMethod> Method, double Float32, double BFloat16)[] Cases =
    [
        ("joint", () => new Joint(), 0.70, 0.30),
        ("ogm-ge", () => new OgmGe(), 0.70, 0.30),
        ("mla", () => new Mla(), 0.72, 0.35),
        ("mmpareto", () => new MmPareto(), 0.50, 0.23),
    ];

    internal static void Run(TextWriter output, int rounds, int batch, string? only)
    {
        using Rival rival = new("steps.py", $"{batch}", $"{Environment.ProcessorCount}");
        Tables.Heading(output);
        List<Comparison> rows = [];
        foreach (var (name, method, float32, bfloat16) in Cases.Where(entry => only is null || entry.Case == only))
            foreach (bool half in (bool[])[false, true])
            {
                using TwoResNets ours = new(method(), batch, half);
                rows.Add(Rounds.Compare($"{name} step, {(half ? "bfloat16" : "float32")}", () => Rounds.Time(ours.Step), () => rival.Run(name, 1)[0], rounds, half ? bfloat16 : float32));
            }
        if (only is null or "evaluate")
        {
            using TwoResNets ours = new(new Joint(), batch, half: false);
            rows.Add(Rounds.Compare("evaluation with every unimodal score", () => Rounds.Time(ours.Evaluate), () => rival.Run("evaluate", 1)[0], rounds, 0.60));
        }
        Tables.Comparisons(output, "ours", "PyTorch, float32", $"s (batch {batch})", rows);
        if (only is null or "ogm-ge") OverJoint(output, rounds, batch);
    }

    /// <summary>What modulation costs: steps of ours in turn with our own joint step.</summary>
    private static void OverJoint(TextWriter output, int rounds, int batch)
    {
        List<Comparison> rows = [];
        foreach (var (method, half, aim) in new (Func<BalancingMethod>, bool, double)[] { (() => new Ogm(), false, 1.02), (() => new OgmGe(), false, 1.07), (() => new OgmGe(), true, 1.15) })
        {
            BalancingMethod one = method();
            using TwoResNets modulated = new(one, batch, half), joint = new(new Joint(), batch, half);
            rows.Add(Rounds.Compare($"{one.Info.Name}, {(half ? "bfloat16" : "float32")}", () => Rounds.Time(modulated.Step), () => Rounds.Time(joint.Step), rounds, aim));
        }
        Tables.Comparisons(output, "modulated step", "joint step", "s", rows);
    }
}
