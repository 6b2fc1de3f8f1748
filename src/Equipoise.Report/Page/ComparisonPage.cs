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
        var anchors = new Dictionary<ComparisonRow, string>();
        foreach (var row in comparison.Rows)
        {
            if (Load(folder, row, notices) is not { } log) continue;
            anchors[row] = $"run-{runs.Count}";
            runs.Add(new(row.Name, anchors[row], log));
        }

        var palette = new Palette(runs.SelectMany(run => run.Log.Start.Modalities)
            .Concat(comparison.Rows.SelectMany(row => row.Modalities.Keys.Concat(row.Probes.Keys))));
        return PageShell.Write(comparison.Title, comparison.Sentence, to =>
        {
            to.Notices(notices);
            new ComparisonSection(comparison.Rows, anchors, palette).WriteTo(to);
            Navigation(to, runs);
            foreach (var run in runs) new RunSection(run, palette).WriteTo(to);
            DataIsland.Write(to, comparison, runs);
        });
    }

    private static RunLog? Load(string folder, ComparisonRow row, List<Notice> notices)
    {
        if (row.Run is null) return null;
        string path = Path.Combine(folder, row.Run, RunLog.FileName);
        if (!File.Exists(path))
        {
            notices.Add(new(NoticeLevel.Warning, $"{row.Name}: no log at {row.Run}/{RunLog.FileName}, so it has no section."));
            return null;
        }

        var log = RunLog.Read(path);
        notices.AddRange(RunSection.Notices(log).Select(n => n with { Message = $"{row.Name}: {n.Message}" }));
        if (log.Test is { } test && Math.Abs(test.Accuracy - row.Accuracy) > Tolerance)
            notices.Add(new(NoticeLevel.Warning, $"{row.Name}: the table says {Numbers.Percent(row.Accuracy)} %, "
                + $"the run's own log {Numbers.Percent(test.Accuracy)} %."));
        return log;
    }

    private static void Navigation(Markup to, List<NamedRun> runs)
    {
        if (runs.Count == 0) return;
        using var nav = to.In("nav", ("aria-label", "Runs"));
        foreach (var run in runs) to.Add("a", run.Name, ("href", "#" + run.Anchor));
    }
}
