using System.Text.Json;
using Equipoise.Report.Log;

namespace Equipoise.Report;

/// <summary>
/// A run as its log tells it. Of an epoch that was done twice (killed, then resumed) the later one counts.
/// </summary>
public sealed class RunLog
{
    /// <summary>The name of the log inside a run folder.</summary>
    public const string FileName = "log.jsonl";

    private const long LongestFile = 1L << 29;
    private readonly SortedDictionary<long, EpochEvent> _epochs = [];
    private readonly List<Notice> _notices = [];
    private readonly List<EvaluationEvent> _evaluations = [];
    private readonly List<JsonElement> _events = [];
    private StartEvent? _start;
    private long _looks;

    private RunLog(string path) => Path = path;

    /// <summary>The file that was read.</summary>
    public string Path { get; }

    /// <summary>What the run is.</summary>
    public StartEvent Start => _start!;

    /// <summary>The epochs done, by number.</summary>
    public IReadOnlyCollection<EpochEvent> Epochs => _epochs.Values;

    /// <summary>The epoch selected on val; null before the first.</summary>
    public long? SelectedEpoch { get; private set; }

    /// <summary>The scores on test; null before the end.</summary>
    public Scores? Test { get; private set; }

    /// <summary>Evaluations of the finished run, in the order of the log.</summary>
    public IReadOnlyList<EvaluationEvent> Evaluations => _evaluations;

    /// <summary>Warnings, resumptions, interruptions and failures, in the order of the log.</summary>
    public IReadOnlyList<Notice> Notices => _notices;

    /// <summary>How often the test split has been looked at.</summary>
    public long LooksAtTest => _looks;

    /// <summary>Seconds from start to end; NaN before the end.</summary>
    public double Seconds { get; private set; } = double.NaN;

    /// <summary>How the run stands.</summary>
    public RunState State { get; private set; }

    /// <summary>Whether the last line was cut off, as a kill leaves it; that line is left out.</summary>
    public bool Torn { get; private set; }

    /// <summary>Every whole line of the log.</summary>
    public IReadOnlyList<JsonElement> Events => _events;

    /// <summary>Reads a log. A last line cut off by a kill is left out and told in <see cref="Notices"/>.</summary>
    /// <param name="path">The file <c>log.jsonl</c>.</param>
    /// <exception cref="ReportException">The file cannot be read, or a line is malformed (named as file:line).</exception>
    public static RunLog Read(string path)
    {
        var log = new RunLog(path);
        var lines = ReportFile.ReadText(path, LongestFile).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            if (log.TryAdd(lines[i], i + 1, last: i == lines.Length - 1)) continue;
            log.Torn = true;
            log.Note(NoticeLevel.Warning,
                $"The last line of the log (line {i + 1}) is cut off, as after a kill; it is left out.");
        }

        return log._start is not null ? log : throw new ReportException(
            $"{path}: no start event, so there is no run to report; give the folder of a run that has begun");
    }

    private bool TryAdd(string line, int number, bool last)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            Add(Fields.Checked(document.RootElement.Clone()));
            return true;
        }
        catch (JsonException) when (last)
        {
            return false;
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            string what = problem is JsonException ? "not a JSON object" : problem.Message;
            throw new ReportException($"{Path}:{number}: {what}; mend or remove that line", problem);
        }
    }

    private void Add(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("not a JSON object");
        Apply(json.Text("event") ?? throw new FormatException("'event' is missing"), json);
        _events.Add(json);
    }

    private void Apply(string kind, JsonElement json)
    {
        switch (kind)
        {
            case "start": _start = StartEvent.From(json); break;
            case "epoch": AddEpoch(EpochEvent.From(json)); break;
            case "test": AddTest(json); break;
            case "evaluate": AddEvaluation(EvaluationEvent.From(json)); break;
            case "warning": Note(NoticeLevel.Warning, json.Text("message") ?? "A warning without words."); break;
            case "resume": Turn(RunState.Unfinished, NoticeLevel.Information, $"Resumed at {Place(json)}."); break;
            case "interrupted": Turn(RunState.Interrupted, NoticeLevel.Warning, $"Interrupted at {Place(json)}."); break;
            case "failed": Turn(RunState.Failed, NoticeLevel.Failure, Failure(json)); break;
            case "end": AddEnd(json); break;
        }
    }

    private void AddEpoch(EpochEvent epoch)
    {
        _epochs[epoch.Epoch] = epoch;
        if (epoch.Best) SelectedEpoch = epoch.Epoch;
    }

    private void AddTest(JsonElement json)
    {
        Test = Scores.From(json);
        SelectedEpoch = json.Whole("selected_epoch") ?? SelectedEpoch;
        _looks++;
    }

    private void AddEvaluation(EvaluationEvent evaluation)
    {
        _evaluations.Add(evaluation);
        if (evaluation.Split == "test") _looks = Math.Max(_looks + 1, evaluation.Looks ?? 0);
    }

    private void AddEnd(JsonElement json)
    {
        State = RunState.Finished;
        Seconds = json.Number("seconds");
        SelectedEpoch = json.Whole("best_epoch") ?? SelectedEpoch;
    }

    private void Turn(RunState state, NoticeLevel level, string message)
    {
        State = state;
        Note(level, message);
    }

    private void Note(NoticeLevel level, string message) => _notices.Add(new(level, message));

    private static string Failure(JsonElement json)
    {
        string place = json.Whole("epoch") is null ? "" : $" at {Place(json)}";
        string modality = json.Text("modality") is { } name ? $" in {name}" : "";
        return $"Failed{place}{modality}: {json.Text("message") ?? "no reason given"}";
    }

    private static string Place(JsonElement json)
    {
        string epoch = $"epoch {json.Whole("epoch")?.ToString() ?? "?"}";
        return json.Whole("step") is { } step ? $"{epoch}, step {step}" : epoch;
    }
}
