using System.Diagnostics;

namespace Equipoise.Cli.Tests;

/// <summary>The samples of every pairing of encoders train, on media made as the samples make them, with each of the four papers' methods.</summary>
public sealed class EncoderSampleTests(EncoderSampleTests.Media media) : IClassFixture<EncoderSampleTests.Media>
{
    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(Repository.Path("samples/encoders"), "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name is not ("all" or "dataset" or "memory")).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void APairingTrainsWithEveryPapersMethod(string sample)
    {
        using TempFolder folder = new();
        foreach (string method in (string[])["ogm-ge", "mla", "relearn", "mmpareto"])
        {
            string[] every = method == "relearn" ? ["--set", "method.every=1"] : [];
            var (code, _, error) = Run(["train", Repository.Path($"samples/encoders/{sample}.yaml"), "--data", media.Pack, "--method", method, "--set", "train.epochs=2", "--set", "train.batch_size=8", "--set", "train.threads=1", .. every, "--out", folder[method]]);
            Assert.True(code == ExitCode.Done, $"{sample} with {method}: {error}");
            Assert.True(File.Exists(folder[$"{method}/metrics.json"]));
        }
        var (scored, _, told) = Run("evaluate", folder["mla"], "--coalitions");
        Assert.True(scored == ExitCode.Done, told);
    }

    [Fact]
    public void TheGridNamesEveryPairing() =>
        Assert.All(Samples, sample => Assert.Contains($"config: {sample.Data}.yaml", File.ReadAllText(Repository.Path("samples/encoders/all.yaml")), StringComparison.Ordinal));

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }

    /// <summary>Twenty clips, prepared once.</summary>
    public sealed class Media : IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly Lazy<string> _pack;

        public Media() => _pack = new Lazy<string>(Make);

        internal string Pack => _pack.Value;

        public void Dispose() => _folder.Dispose();

        private string Make()
        {
            Done(Run("data", "synth", "talking-digits", "--clips", "20", "--out", _folder["digits"], "--quiet"));
            ProcessStartInfo start = new(Repository.Path("samples/encoders/make-data.sh")) { RedirectStandardError = true };
            start.ArgumentList.Add(_folder["digits"]);
            start.ArgumentList.Add(_folder["media"]);
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Done((process.ExitCode, "", error));
            Done(Run("data", "prepare", _folder["media/dataset.yaml"], "--out", _folder["pack"], "--quiet"));
            return _folder["pack"];
        }

        private static void Done((int Code, string Output, string Error) result) => Assert.True(result.Code == 0, result.Error);
    }
}
