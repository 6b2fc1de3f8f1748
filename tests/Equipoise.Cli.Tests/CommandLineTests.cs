using System.Text.Json.Nodes;

namespace Equipoise.Cli.Tests;

/// <summary>The command line says what it does, refuses what it cannot, and keeps its exit codes.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Commands => ["data", "data synth", "data manifest", "data import", "data export", "data inspect", "train", "evaluate", "predict", "probe", "bench", "report", "replay", "methods", "doctor"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandHelpsWithExamples(string command)
    {
        var (code, output, _) = Run([.. command.Split(' '), "--help"]);
        Assert.Equal(ExitCode.Done, code);
        if (command != "data") Assert.Contains($"equipoise {command}", output[output.IndexOf("Example", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trian", "did you mean train?")]
    [InlineData("train --metod joint --out x", "did you mean --method?")]
    [InlineData("train --out x --data nowhere", "is no pack")]
    [InlineData("train", "--out")]
    [InlineData("methods mlaa", "did you mean mla?")]
    [InlineData("data manifest cremad --root . --out x", "did you mean crema-d?")]
    [InlineData("data manifest crema-d", "wants --root DIR")]
    [InlineData("replay .", "no case.json")]
    [InlineData("evaluate nowhere", "is no run")]
    [InlineData("train --out x --set epochs", "--set epochs")]
    [InlineData("data synth talking-digits --out x --clips 3", "20 to 9999")]
    public void MistakesGetOneLineAndTheirCode(string line, string expected)
    {
        var (code, _, error) = Run(line.Split(' '));
        Assert.Equal(ExitCode.Mistake, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void EveryRecordedTraceIsMet()
    {
        string[] cases = Directory.GetDirectories(Repository.Path("tests/golden"));
        var (code, output, _) = Run(["replay", .. cases, "--json"]);
        Assert.Equal(ExitCode.Done, code);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.True(json["passed"]!.GetValue<bool>());
        Assert.Equal(cases.Length, json["cases"]!.AsArray().Count);
        Assert.All(json["cases"]!.AsArray(), one => Assert.True(one!["error"]!.GetValue<double>() < 1e-5 && one["tensors"]!.AsObject().Count > 5));
    }

    [Fact]
    public void ATraceThatDiffersIsToldByItsCode()
    {
        var (code, output, _) = Run(["replay", Repository.Path("tests/golden/qmf"), "--tolerance", "1e-12"]);
        Assert.Equal(ExitCode.Negative, code);
        Assert.Contains("FAIL", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ArraysBecomeAPackARunScoresAndPredictions()
    {
        using TempFolder folder = new();
        MakeArrays(folder["train.npz"], 90);
        MakeArrays(folder["test.npz"], 30);
        Expect(ExitCode.Done, "data", "import", "--train", folder["train.npz"], "--test", folder["test.npz"], "--out", folder["pack"]);
        string json = Expect(ExitCode.Done, "train", "--data", folder["pack"], "--method", "uniform", "--set", "train.epochs=3", "--set", "train.optimizer.lr=0.05", "--out", folder["run"], "--json");
        double trained = JsonNode.Parse(json)!["test"]!["accuracy"]!.GetValue<double>();
        JsonNode evaluated = JsonNode.Parse(Expect(ExitCode.Done, "evaluate", folder["run"], "--json"))!;
        Assert.Equal(trained, evaluated["accuracy"]!.GetValue<double>());
        Assert.Equal(2, evaluated["looks"]!.GetValue<int>());
        Expect(ExitCode.Done, "predict", folder["run"], "--out", folder["p.csv"]);
        Assert.Equal(31, File.ReadAllLines(folder["p.csv"]).Length);
        Expect(ExitCode.Done, "report", folder["run"], "--out", folder["report.html"]);
        Assert.Contains("</html>", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
        Expect(ExitCode.Mistake, "train", "--data", folder["pack"], "--out", folder["run"]);
        Expect(ExitCode.Done, "train", "--resume", "--out", folder["run"], "--set", "train.epochs=4");
        Expect(ExitCode.Mistake, "evaluate", folder["run"], "--drop", "a,b");
    }

    [Fact]
    public void AnEvaluationSaysWhatHappensWhenModalitiesAreMissing()
    {
        using TempFolder folder = new();
        MakeArrays(folder["a.npz"], 60);
        Expect(ExitCode.Done, "data", "import", "--train", folder["a.npz"], "--test", folder["a.npz"], "--out", folder["pack"]);
        Expect(ExitCode.Done, "train", "--data", folder["pack"], "--set", "train.epochs=2", "--out", folder["run"]);
        Expect(ExitCode.Done, "train", "--data", folder["pack"], "--method", "unimodal", "--set", "method.modality=b", "--set", "train.epochs=2", "--out", folder["b"]);
        string[] all = ["evaluate", folder["run"], "--drop", "a", "--drop", "b", "--missing-rate", "0.1,0.4", "--missing-rate", "0.5", "--mask-seeds", "2", "--missing-mode", "zero", "--coalitions", "--unimodal", $"b={folder["b"]}"];
        string tables = Expect(ExitCode.Done, all);
        foreach (string expected in (string[])["weighted F1", "mAP", "ECE", "without a", "missing rate (zero)", "±", "nothing", "a, b", "Shapley", "shortfall", "unimodal gap", "evenness"])
            Assert.Contains(expected, tables, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(Expect(ExitCode.Done, [.. all, "--json"]))!;
        Assert.Equal(["a"], json["dropped"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(3, json["missing"]!.AsArray().Count);
        Assert.Equal(2, json["drops"]!.AsArray().Count);
        Assert.Equal(3, json["looks"]!.GetValue<int>());
        Assert.Equal(json["whole"]!["accuracy"]!.GetValue<double>() - json["coalitions"]!["nothing"]!.GetValue<double>(), json["coalitions"]!["shapley"]!.AsObject().Sum(pair => pair.Value!.GetValue<double>()), 12);
        foreach (string mistake in (string[])["--missing-rate 2", "--missing-rate x", "--mask-seeds 0", "--missing-mode zeros", "--drop c", "--unimodal b", "--unimodal a=nowhere", "--split nowhere"])
            Expect(ExitCode.Mistake, ["evaluate", folder["run"], .. mistake.Split(' ')]);
    }

    [Fact]
    public void InspectingAPackSaysWhatIsInItAndWhatLooksWrong()
    {
        using TempFolder folder = new();
        MakeArrays(folder["a.npz"], 60);
        Expect(ExitCode.Done, "data", "import", "--train", folder["a.npz"], "--test", folder["a.npz"], "--out", folder["pack"]);
        string text = Expect(ExitCode.Done, "data", "inspect", folder["pack"]);
        Assert.Contains("looks wrong: 54 samples of a in test stand in train too, byte for byte", text, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(Expect(ExitCode.Done, "data", "inspect", folder["pack"], "--json"))!;
        Assert.Equal(27, json["splits"]!["train"]!["classes"]!["1"]!.GetValue<int>());
        Expect(ExitCode.Mistake, "data", "inspect", folder.Path);
    }

    [Fact]
    public void ABenchSkipsWhatIsFinished()
    {
        using TempFolder folder = new();
        MakeArrays(folder["a.npz"], 60);
        Expect(ExitCode.Done, "data", "import", "--train", folder["a.npz"], "--test", folder["a.npz"], "--out", folder["pack"]);
        File.WriteAllText(folder["grid.yaml"], "title: small\ndata: pack\nseeds: [0, 1]\nset: {train.epochs: 1}\nrows:\n  joint: {}\n  held back: {method: ogm}\n");
        string first = Expect(ExitCode.Done, "bench", folder["grid.yaml"], "--out", folder["bench"]);
        DateTime written = File.GetLastWriteTimeUtc(folder["bench/runs/joint-0/metrics.json"]);
        Assert.Equal(first, Expect(ExitCode.Done, "bench", folder["grid.yaml"], "--out", folder["bench"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["bench/runs/joint-0/metrics.json"]));
        Assert.Contains("| held back | 2 |", first, StringComparison.Ordinal);
    }

    private static void MakeArrays(string path, int count)
    {
        Data.SeededRandom random = new(3);
        float[] a = [.. Enumerable.Range(0, count * 4).Select(i => (float)((i % 4 == i / 4 % 2 ? 2 : 0) + random.NextGaussian()))];
        float[] b = [.. a.Select(value => value + (float)random.NextGaussian())];
        long[] label = [.. Enumerable.Range(0, count).Select(i => (long)(i % 2))];
        Formats.Npz.Write(path, new Dictionary<string, Formats.NdArray>
        {
            ["a"] = Formats.NdArray.From<float>(a, count, 4),
            ["b"] = Formats.NdArray.From<float>(b, count, 4),
            ["label"] = Formats.NdArray.From<long>(label, count),
        });
    }

    private static string Expect(int code, params string[] arguments)
    {
        var (found, output, error) = Run(arguments);
        Assert.True(found == code, $"{string.Join(' ', arguments)} gave {found}: {error}");
        return output;
    }

    private static (int Code, string Output, string Error) Run(string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
