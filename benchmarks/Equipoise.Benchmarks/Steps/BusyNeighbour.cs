using System.Diagnostics;
using Equipoise.Methods;

namespace Equipoise.Benchmarks;

/// <summary>What one other busy process costs a training step; its fair share is one more of as many runnable threads as there are processors.</summary>
internal static class BusyNeighbour
{
    internal static IEnumerable<Row> Rows(int rounds, int batch)
    {
        using MadeUpTraining ours = MadeUpTraining.OfTwoResNets(new Joint(), batch, half: false);
        double share = (Environment.ProcessorCount + 1.0) / Environment.ProcessorCount;
        yield return Row.Of(Rounds.Compare("joint step beside one busy process, float32", () => Beside(ours.Step), () => Rounds.Time(ours.Step), rounds, share), "alone");
    }

    private static double Beside(Action step)
    {
        using Process busy = Process.Start("sh", ["-c", "while :; do :; done"]);
        try
        {
            step(); // The scheduler settles.
            return Rounds.Time(step);
        }
        finally
        {
            busy.Kill();
            busy.WaitForExit();
        }
    }
}
