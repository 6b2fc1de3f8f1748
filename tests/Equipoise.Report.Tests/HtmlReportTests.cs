using System.Globalization;
using System.Text.Json;

namespace Equipoise.Report.Tests;

public class HtmlReportTests
{
    private static readonly string[] Two = ["audio", "visual"];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 6)]
    [InlineData(3, 3)]
    [InlineData(5, 15)]
    public void ComparisonsAreWellFormedAndTheirPicturesStayInside(int modalities, int methods)
    {
        using var temp = new TempFolder();
        string[] names = [.. Enumerable.Range(0, modalities).Select(i => $"sense {i}")];
        var page = Pages.Of(SampleRuns.Comparison(temp["bench"], names, methods), temp);
        Pages.AssertInside(page);
        Assert.Equal(modalities + methods, page.Descendants("section").Count(s => (string?)s.Attribute("class") == "run"));
        Assert.All(page.Descendants("figure").Where(f => f.Descendants("svg").Any(s => s.Attribute("role") is not null)),
            figure => Assert.NotEmpty(figure.Descendants("table")));
    }

    [Fact]
    public void NumbersInTheTableAreThoseOfTheLogs()
    {
        using var temp = new TempFolder();
        string folder = SampleRuns.Comparison(temp["bench"], Two);
        var rows = Pages.Of(folder, temp).Descendants("section").First(s => (string?)s.Attribute("id") == "comparison")
            .Descendants("tbody").First().Elements("tr").ToList();
        var comparison = Comparison.Read(folder);
        Assert.Equal(comparison.Rows.Count, rows.Count);
        foreach (var (row, expected) in rows.Zip(comparison.Rows))
        {
            var test = RunLog.Read(Path.Combine(folder, expected.Run!, RunLog.FileName)).Test!;
            Assert.Equal(expected.Name, row.Element("th")!.Value);
            double shown = double.Parse(row.Descendants("data").First().Attribute("value")!.Value, CultureInfo.InvariantCulture);
            Assert.Equal(test.Accuracy, shown);
            Assert.Equal((test.Accuracy * 100).ToString("0.0", CultureInfo.InvariantCulture), row.Descendants("data").First().Value);
        }
    }

    [Fact]
    public void TheBestOfEachColumnIsMarkedAmongTheComparedModels()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Comparison(temp["bench"], Two), temp);
        var marked = page.Descendants("td").Where(td => (string?)td.Attribute("class") == "best").ToList();
        Assert.Contains(marked, td => td.Element("data")!.Value == "94.5");
        Assert.All(marked, td => Assert.NotEqual("reference-row", (string?)td.Parent!.Attribute("class")));
    }

    [Fact]
    public void EveryLinkLeadsIntoThePage()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Comparison(temp["bench"], Two), temp);
        var ids = page.Descendants().Select(e => (string?)e.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants("a"), a => Assert.Contains(a.Attribute("href")!.Value[1..], ids));
    }

    [Fact]
    public void NothingIsFetchedFromElsewhere()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Comparison(temp["bench"], Two), temp);
        string text = page.ToString();
        foreach (string outside in (string[])["http:", "https:", "//cdn", "@import", "url("]) Assert.DoesNotContain(outside, text);
        Assert.DoesNotContain(page.Descendants(), e => e.Attribute("src") is not null || e.Name.LocalName is "link" or "iframe" or "img");
    }

    [Fact]
    public void HostileNamesAreInert()
    {
        const string evil = "<script>alert('x')</script>&\"</style>\u0001\ud800";
        using var temp = new TempFolder();
        string folder = SampleRuns.Comparison(temp["bench"], ["audio", "<img onerror=x>"], 2, "</title><script>1</script>");
        string json = File.ReadAllText(Path.Combine(folder, Comparison.FileName));
        File.WriteAllText(Path.Combine(folder, Comparison.FileName),
            json.Replace("\"joint\"", JsonSerializer.Serialize(evil[..^1]), StringComparison.Ordinal));
        SampleRuns.Write(Path.Combine(folder, "runs", "run-0"), [SampleRuns.Start(evil, ["</script><b>"], classes: [evil])]);
        var page = Pages.Of(folder, temp);
        Assert.Equal(2, page.Descendants("script").Count());
        Assert.Empty(page.Descendants("img"));
        Assert.Empty(page.Descendants("b"));
        Assert.Contains("<script>alert('x')</script>&\"", page.Descendants("tbody").First().Value);
    }

    [Fact]
    public void TheDataInThePageIsTheLog()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Run(temp["run"], "</script>", Two, 0.9), temp);
        string island = page.Descendants("script").Single(s => (string?)s.Attribute("id") == "equipoise-data").Value;
        using var data = JsonDocument.Parse(island);
        var events = data.RootElement.GetProperty("runs")[0].GetProperty("events");
        Assert.Equal(33, events.GetArrayLength());
        Assert.Equal("</script>", events[0].GetProperty("method").GetString());
    }

    [Fact]
    public void ThousandsOfEpochsAreThinned()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Run(temp["run"], "joint", Two, 0.9, epochs: 4000), temp);
        Pages.AssertInside(page);
        Assert.All(page.Descendants("polyline"), line => Assert.InRange(line.Attribute("points")!.Value.Split(' ').Length, 2, 400));
        Assert.InRange(new FileInfo(temp["page.html"]).Length, 1, 4_000_000);
    }

    [Fact]
    public void AnOddLogStillGivesAPage()
    {
        using var temp = new TempFolder();
        string[] odd =
        [
            SampleRuns.Start("joint", []),
            """{"event":"epoch","epoch":0,"loss":{"total":"NaN"},"val":{"accuracy":null,"modalities":{"audio":{"accuracy":"Infinity"}}}}""",
            """{"event":"epoch","epoch":3,"loss":{"total":1e300},"figures":{"cosine":-1,"purity.audio":1e-12}}""",
            """{"event":"epoch","epoch":4,"figures":{"cosine":0.5,"purity.audio":1e12},"val":{"accuracy":7}}""",
            """{"event":"test","accuracy":null,"confusion":[[null]],"per_class":[{"class":"a"}]}""", """{"event":"from the future"}""",
        ];
        for (int lines = 1; lines <= odd.Length; lines++)
            Pages.AssertInside(Pages.Of(SampleRuns.Write(temp["run"], odd.Take(lines)), temp));
    }

    [Fact]
    public void ManyClassesListTheMostConfusedPairs()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Run(temp["run"], "joint", Two, 0.9, epochs: 1, classes: 80), temp);
        Assert.Contains(page.Descendants("caption"), caption => caption.Value == "Most confused of 80 classes");
    }

    [Fact]
    public void AMissingRunAndADisagreementAreSaid()
    {
        using var temp = new TempFolder();
        string folder = SampleRuns.Comparison(temp["bench"], Two, 2);
        Directory.Delete(Path.Combine(folder, "runs", "run-1"), recursive: true);
        SampleRuns.Run(Path.Combine(folder, "runs", "run-0"), "joint", Two, 0.5);
        string[] notices = [.. Pages.Of(folder, temp).Descendants("ul").First(u => (string?)u.Attribute("class") == "notices")
            .Elements("li").Select(li => li.Value)];
        Assert.Contains(notices, n => n.Contains("no log at runs/run-1", StringComparison.Ordinal));
        Assert.Contains(notices, n => n.Contains("the run's own log 50.0 %", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"format\":\"other/9\"}", "other/9")]
    [InlineData("{\"rows\":[{\"run\":\"../../secret\"}]}", "below the comparison")]
    public void ABadComparisonIsOneLine(string json, string what)
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["comparison.json"], json);
        string message = Assert.Throws<ReportException>(() => HtmlReport.Write(temp.Path, temp["out.html"])).Message;
        Assert.Contains(what, message);
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists(temp["out.html"]));
    }

    [Fact]
    public void AFolderOfNeitherKindIsAnErrorThatSaysWhatToGive()
    {
        using var temp = new TempFolder();
        Assert.Contains("give the folder of a run",
            Assert.Throws<ReportException>(() => HtmlReport.Write(temp.Path, temp["out.html"])).Message);
        Assert.Contains("no such folder",
            Assert.Throws<ReportException>(() => HtmlReport.Write(temp["none"], temp["out.html"])).Message);
    }

    [Fact]
    public void NothingHalfWrittenStaysWhereThePageCannotGo()
    {
        using var temp = new TempFolder();
        string run = SampleRuns.Run(temp["run"], "joint", Two, 0.9);
        Directory.CreateDirectory(temp["taken/inside"]);
        Assert.Throws<ReportException>(() => HtmlReport.Write(run, temp["taken"]));
        Assert.Equal(["run", "taken"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void ASmallReportIsAsAccepted()
    {
        using var temp = new TempFolder();
        HtmlReport.Write(SampleRuns.Run(temp["run"], "ogm-ge", Two, 0.91, epochs: 2, classes: 3), temp["page.html"]);
        string golden = Repository.Path("tests/Equipoise.Report.Tests/Golden/small.html");
        if (Environment.GetEnvironmentVariable("EQUIPOISE_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
            File.Copy(temp["page.html"], golden, overwrite: true);
        }

        Assert.Equal(File.ReadAllText(golden), File.ReadAllText(temp["page.html"]));
    }

    [Fact]
    public void ColoursOfAModalityAreTheSameInEveryPicture()
    {
        using var temp = new TempFolder();
        var page = Pages.Of(SampleRuns.Comparison(temp["bench"], Two), temp);
        var colours = page.Descendants("li").Where(li => li.Value == "visual")
            .Select(li => li.Descendants("line").Single().Attribute("class")!.Value).Distinct();
        Assert.Equal(["line ink-1"], colours);
    }
}
