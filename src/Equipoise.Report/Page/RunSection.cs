using Equipoise.Report.Log;
using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>One run's part of the page.</summary>
internal sealed class RunSection(NamedRun run, Palette palette)
{
    private readonly RunLog _log = run.Log;

    public void WriteTo(Markup to)
    {
        to.Line();
        using var section = to.In("section", ("id", run.Anchor), ("class", "run"));
        using (to.In("h2"))
        {
            to.Text(run.Name + " ");
            to.Add("span", State(_log.State), ("class", "state " + State(_log.State)));
        }

        to.Notices(Notices(_log));
        Facts(to);
        if (_log.Epochs.Count == 0) to.Add("p", "No epoch is done yet, so there are no curves.", ("class", "quiet"));
        new Curves(_log, palette).WriteTo(to);
        new TestResult(_log).WriteTo(to);
        Folded(to, "Configuration", "config");
        Folded(to, "Environment", "environment");
        Folded(to, "Parameters", "parameters");
    }

    /// <summary>What a reader must know before trusting a run's numbers.</summary>
    public static IReadOnlyList<Notice> Notices(RunLog log)
    {
        var notices = log.Notices.ToList();
        if (log.State == RunState.Unfinished)
            notices.Add(new(NoticeLevel.Warning, "The log has no end: the run is still going, or it was killed."));
        if (log.LooksAtTest > 1)
            notices.Add(new(NoticeLevel.Warning, $"The test split has been looked at {log.LooksAtTest} times."));
        return notices;
    }

    private static string State(RunState state) => state switch
    {
        RunState.Finished => "finished",
        RunState.Failed => "failed",
        RunState.Interrupted => "interrupted",
        _ => "unfinished",
    };

    private void Facts(Markup to)
    {
        var start = _log.Start;
        var facts = new List<(string, string)>();
        if (_log.Test is { } test)
        {
            facts.Add(("test accuracy", Numbers.Percent(test.Accuracy) + " %"));
            facts.AddRange(test.Modalities.Select(m =>
                (m.Key + " alone", $"{Numbers.Percent(m.Value.Accuracy)} %{(m.Value.ScoredBy is { } by ? $" ({by})" : "")}")));
            facts.Add(("macro F1", Numbers.Percent(test.MacroF1) + " %"));
        }

        facts.Add(("method", start.Method));
        facts.Add(("data", start.PackName ?? Numbers.Missing));
        facts.Add(("splits", Splits()));
        facts.Add(("epochs", $"{_log.Epochs.Count} of {Numbers.Whole(start.Epochs)}"));
        facts.Add(("selected epoch", Numbers.Whole(_log.SelectedEpoch)));
        facts.Add(("seed", start.Seed?.ToString() ?? Numbers.Missing));
        facts.Add(("seconds", Numbers.Seconds(_log.Seconds)));
        facts.Add(("parameters", Numbers.Whole(start.Parameters)));
        facts.Add(("looks at test", Numbers.Whole(_log.LooksAtTest)));
        to.Facts(facts, "facts");
    }

    private string Splits()
    {
        var splits = _log.Start.Details.Get("splits") is { } json ? Blocks.Flatten(json).ToList() : [];
        return splits.Count == 0 ? Numbers.Missing : string.Join(", ", splits.Select(s => $"{s.Name} {s.Value}"));
    }

    private void Folded(Markup to, string title, string field)
    {
        if (_log.Start.Details.Get(field) is not { } json) return;
        using var details = to.In("details");
        to.Add("summary", title);
        to.Facts(Blocks.Flatten(json), "settings");
    }
}
