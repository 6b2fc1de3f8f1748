namespace Equipoise.Report.Tests;

/// <summary>Hundreds of damaged logs: a page, or a refusal in a line.</summary>
public class FuzzTests
{
    private static readonly string[] Two = ["audio", "visual"];

    [Fact]
    public void Comparisons()
    {
        using var temp = new TempFolder();
        SampleRuns.Comparison(temp["all"], Two, methods: 2);
        Fuzz.Read(Path.Combine(temp["all"], Comparison.FileName), () => Comparison.Read(temp["all"]), [typeof(ReportException)]);
    }

    [Fact]
    public void HalfACharacterIsToldOfItsLine()
    {
        using var temp = new TempFolder();
        SampleRuns.Write(temp["run"], [SampleRuns.Start("joint", Two), "{\"event\":\"epoch\",\"epoch\":0,\"figures\":{\"\\ud800\":1}}", SampleRuns.End(1, 0)]);
        string log = Path.Combine(temp["run"], RunLog.FileName);
        Assert.StartsWith($"{log}:2: a text holds half a character", Fuzz.Refused(log, () => RunLog.Read(log), typeof(ReportException)), StringComparison.Ordinal);
    }

    [Fact]
    public void Logs()
    {
        using var temp = new TempFolder();
        SampleRuns.Write(temp["run"], [SampleRuns.Start("joint", Two, 2), SampleRuns.Epoch(0, 2, Two, 0.9), SampleRuns.Epoch(1, 2, Two, 0.9, best: true), SampleRuns.End(1, 1)]);
        Fuzz.Read(Path.Combine(temp["run"], RunLog.FileName), () => HtmlReport.Write(temp["run"], temp["page.html"]), [typeof(ReportException)]);
    }
}
