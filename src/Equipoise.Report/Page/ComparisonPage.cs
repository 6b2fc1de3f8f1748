using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>The page of a comparison: rows side by side, then every run.</summary>
internal static class ComparisonPage
{
    private const double Tolerance = 1e-6;

    public static string Write(string folder, Comparison comparison)
    {
        var runs = new List<NamedRun>();
        var notices = new List<Notice>();
        foreach (var row in comparison.Rows) Add(folder, row, runs, notices);
        var palette = new Palette(runs.SelectMany(run => run.Log.Start.Modalities)
            .Concat(comparison.Rows.SelectMany(row => row.Modalities.Keys.Concat(row.Probes.Keys))));
        var anchors = runs.DistinctBy(run => run.Name).ToDictionary(run => run.Name, run => run.Anchor);
        return PageShell.Write(comparison.Title, comparison.Sentence, to =>
        {
            to.Notices(notices);
            new ComparisonSection(comparison.Rows, anchors, palette).WriteTo(to);
            Navigation(to, runs);
            foreach (var run in runs) new RunSection(run, palette).WriteTo(to);
            DataIsland.Write(to, comparison, runs);
        });
    }

    private static void Add(string folder, ComparisonRow row, List<NamedRun> runs, List<Notice> notices)
    {
        if (row.Run is null) return;
        string path = Path.Combine(folder, row.Run, RunLog.FileName);
        if (!File.Exists(path))
        {
            notices.Add(new(NoticeLevel.Warning, $"{row.Name}: no log at {row.Run}/{RunLog.FileName}, so it has no section."));
            return;
        }

        var log = RunLog.Read(path);
        runs.Add(new(row.Name, $"run-{runs.Count}", log));
        notices.AddRange(RunSection.Notices(log).Select(n => n with { Message = $"{row.Name}: {n.Message}" }));
        if (log.Test is { } test && Math.Abs(test.Accuracy - row.Accuracy) > Tolerance)
            notices.Add(new(NoticeLevel.Warning, $"{row.Name}: the table says {Numbers.Percent(row.Accuracy)} %, "
                + $"the run's own log {Numbers.Percent(test.Accuracy)} %."));
    }

    private static void Navigation(Markup to, List<NamedRun> runs)
    {
        if (runs.Count == 0) return;
        using var nav = to.In("nav", ("aria-label", "Runs"));
        foreach (var run in runs) to.Add("a", run.Name, ("href", "#" + run.Anchor));
    }
}
