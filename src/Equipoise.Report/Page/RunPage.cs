using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>The page of one run.</summary>
internal static class RunPage
{
    public static string Write(string name, RunLog log)
    {
        var palette = new Palette(log.Start.Modalities);
        var run = new NamedRun(name, "run-0", log);
        string title = log.Start.PackName is { } pack ? $"{log.Start.Method} on {pack}" : log.Start.Method;
        return PageShell.Write(title, Sentence(log), to =>
        {
            if (log.Test is { } test) Row(run, test, palette).WriteTo(to);
            new RunSection(run, palette).WriteTo(to);
            DataIsland.Write(to, null, [run]);
        });
    }

    private static string Sentence(RunLog log) => log.Test is { } test
        ? $"The epoch selected on val ({Numbers.Whole(log.SelectedEpoch)}) classifies {Numbers.Percent(test.Accuracy)} % "
            + $"of {Numbers.Whole(test.Count)} test samples rightly."
        : "This run has no test result yet; what follows is what its log holds so far.";

    private static ComparisonSection Row(NamedRun run, Scores test, Palette palette)
    {
        var alone = test.Modalities.ToDictionary(m => m.Key, m => m.Value.Accuracy);
        var row = new ComparisonRow(run.Name, null, run.Log.Start.Method, test.Accuracy, test.MacroF1, alone,
            new Dictionary<string, double>(), run.Log.Seconds);
        return new([row], new Dictionary<ComparisonRow, string> { [row] = run.Anchor }, palette);
    }
}
