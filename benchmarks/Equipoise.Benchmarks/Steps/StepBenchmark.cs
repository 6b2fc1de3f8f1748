using Equipoise.Methods;
using Equipoise.Torch;

namespace Equipoise.Benchmarks;

/// <summary>Training steps and an evaluation of two ResNet-18 where new tensors lie, each beside the papers' program in plain PyTorch.</summary>
internal static class StepBenchmark
{
    internal static IEnumerable<Row> Rows(int rounds, int batch, string? only = null)
    {
        using Rival rival = new("steps.py", $"{batch}", $"{Environment.ProcessorCount}", $"{DeviceScope.Current}");
        foreach (StepCase one in StepCase.All.Where(one => only is null || one.Name == only))
            foreach (bool half in (bool[])[false, true])
            {
                using MadeUpTraining ours = MadeUpTraining.OfTwoResNets(one.Method(), batch, half);
                string work = $"{one.Name} step, {(half ? "bfloat16" : "float32")}";
                yield return Row.Of(Rounds.Compare(work, () => Rounds.Time(ours.Step), () => rival.Run(one.Name, 1)[0], rounds, half ? one.BFloat16 : one.Float32), one.Name == "mmpareto" ? "PyTorch, four backward passes" : "PyTorch");
            }
        if (only is null or "evaluate")
        {
            using MadeUpTraining ours = MadeUpTraining.OfTwoResNets(new Joint(), batch, half: false);
            yield return Row.Of(Rounds.Compare("evaluation with every unimodal score", () => Rounds.Time(ours.Evaluate), () => rival.Run("evaluate", 1)[0], rounds, 0.60), "PyTorch");
        }
        if (only == "neighbour" || (only is null && DeviceScope.Current.IsCpu))
            foreach (Row row in BusyNeighbour.Rows(rounds, batch)) yield return row;
        if (only is not (null or "ogm-ge")) yield break;
        foreach (Row row in OverJoint(rounds, batch)) yield return row;
    }

    /// <summary>What modulation costs: steps of ours in turn with our own joint step.</summary>
    private static IEnumerable<Row> OverJoint(int rounds, int batch)
    {
        foreach (var (method, half, aim) in new (Func<BalancingMethod>, bool, double)[] { (() => new Ogm(), false, 1.02), (() => new OgmGe(), false, 1.07), (() => new OgmGe(), true, 1.15) })
        {
            BalancingMethod one = method();
            using MadeUpTraining modulated = MadeUpTraining.OfTwoResNets(one, batch, half), joint = MadeUpTraining.OfTwoResNets(new Joint(), batch, half);
            string work = $"{one.Info.Name} step over joint, {(half ? "bfloat16" : "float32")}";
            yield return Row.Of(Rounds.Compare(work, () => Rounds.Time(modulated.Step), () => Rounds.Time(joint.Step), rounds, aim), "our joint step");
        }
    }
}
