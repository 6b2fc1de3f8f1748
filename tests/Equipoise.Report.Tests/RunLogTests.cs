namespace Equipoise.Report.Tests;

public class RunLogTests
{
    private static readonly string[] Two = ["audio", "visual"];

    private static RunLog Read(TempFolder temp, params string[] lines) =>
        RunLog.Read(Path.Combine(SampleRuns.Write(temp["run"], lines), RunLog.FileName));

    [Fact]
    public void AWholeLogIsReadBack()
    {
        using var temp = new TempFolder();
        var log = RunLog.Read(Path.Combine(SampleRuns.Run(temp["run"], "ogm-ge", Two, 0.91), RunLog.FileName));
        Assert.Equal("ogm-ge", log.Start.Method);
        Assert.Equal(30, log.Epochs.Count);
        Assert.Equal(20, log.SelectedEpoch);
        Assert.Equal(0.91, log.Test!.Accuracy);
        Assert.Equal(SampleRuns.Alone(0.91, 1), log.Test.Modalities["visual"].Accuracy);
        Assert.Equal("attribution", log.Test.Modalities["visual"].ScoredBy);
        Assert.Equal(RunState.Finished, log.State);
        Assert.Equal(41.5, log.Seconds);
        Assert.Equal(1, log.LooksAtTest);
        Assert.False(log.Torn);
    }

    [Theory]
    [InlineData("{\"event\":\"epo")]
    [InlineData("{\"event\":\"warning\",\"message\":\"ü")]
    public void ATornLastLineIsLeftOutAndSaid(string torn)
    {
        using var temp = new TempFolder();
        string file = Path.Combine(SampleRuns.Write(temp["run"], [SampleRuns.Start("joint", Two)]), RunLog.FileName);
        File.AppendAllText(file, torn);
        var log = RunLog.Read(file);
        Assert.True(log.Torn);
        Assert.Contains("line 2", Assert.Single(log.Notices).Message);
    }

    [Theory]
    [InlineData("{\"event\":\"epo", "not a JSON object")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{\"epoch\":1}", "'event' is missing")]
    [InlineData("{\"event\":\"epoch\",\"epoch\":\"one\"}", "'epoch' should be a whole number")]
    [InlineData("{\"event\":\"test\",\"confusion\":[[1,2]]}", "square")]
    [InlineData("{\"event\":\"test\",\"accuracy\":true}", "'accuracy' should be a number")]
    public void AnyOtherMalformedLineIsOneErrorThatNamesFileAndLine(string line, string what)
    {
        using var temp = new TempFolder();
        var problem = Assert.Throws<ReportException>(() =>
            Read(temp, SampleRuns.Start("joint", Two), line, SampleRuns.End(1, 0)));
        Assert.StartsWith($"{Path.Combine(temp["run"], RunLog.FileName)}:2: ", problem.Message);
        Assert.Contains(what, problem.Message);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void OfAnEpochDoneTwiceTheLaterCounts()
    {
        using var temp = new TempFolder();
        var log = Read(temp, SampleRuns.Start("joint", Two), SampleRuns.Epoch(0, 5, Two, 0.5), SampleRuns.Epoch(1, 5, Two, 0.5, true),
            "{\"event\":\"resume\",\"epoch\":1}", SampleRuns.Epoch(1, 5, Two, 0.9));
        Assert.Equal(2, log.Epochs.Count);
        Assert.True(log.Epochs.Last().Val!.Accuracy > 0.7);
        Assert.Equal(RunState.Unfinished, log.State);
    }

    [Fact]
    public void InterruptionAndFailureTellWhere()
    {
        using var temp = new TempFolder();
        var log = Read(temp, SampleRuns.Start("joint", Two), "{\"event\":\"interrupted\",\"epoch\":7,\"step\":12}",
            "{\"event\":\"failed\",\"message\":\"the loss is NaN\",\"epoch\":8,\"step\":3,\"modality\":\"audio\"}");
        Assert.Equal(RunState.Failed, log.State);
        Assert.Equal("Interrupted at epoch 7, step 12.", log.Notices[0].Message);
        Assert.Equal("Failed at epoch 8, step 3 in audio: the loss is NaN", log.Notices[1].Message);
    }

    [Fact]
    public void LooksAtTestAreCounted()
    {
        using var temp = new TempFolder();
        var log = Read(temp, SampleRuns.Start("joint", Two), SampleRuns.Test(Two, 0.9, 10, 0),
            "{\"event\":\"evaluate\",\"split\":\"val\"}", "{\"event\":\"evaluate\",\"split\":\"test\",\"looks\":2,\"accuracy\":0.9}");
        Assert.Equal(2, log.LooksAtTest);
        Assert.Equal(2, log.Evaluations.Count);
    }

    [Fact]
    public void ALogWithoutStartOrFileIsAnError()
    {
        using var temp = new TempFolder();
        Assert.Contains("no start event", Assert.Throws<ReportException>(() => Read(temp, "")).Message);
        Assert.Contains("cannot be read", Assert.Throws<ReportException>(() => RunLog.Read(temp["none"])).Message);
    }
}
