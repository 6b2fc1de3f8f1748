using System.Diagnostics;

namespace Equipoise.Cli.Tests;

/// <summary>The built program, stopped from outside: Ctrl-C saves, a kill loses nothing, and both go on bit for bit.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    [InlineData("KILL", 137)]
    public void AStoppedTrainingGoesOnBitForBit(string signal, int code)
    {
        using TempFolder folder = new();
        MakePack(folder["pack"]);
        string[] train = ["train", "--data", folder["pack"], "--method", "ogm-ge", "--set", "train.epochs=40", "--set", "train.threads=1", "--quiet"];
        Assert.Equal(0, Finish(Start([.. train, "--out", folder["whole"]])));
        using (Process stopped = Start([.. train, "--out", folder["stopped"]]))
        {
            while (!File.Exists(folder["stopped/checkpoints/last/state.json"]) && !stopped.HasExited) Thread.Sleep(5);
            using Process kill = Process.Start("kill", [$"-{signal}", $"{stopped.Id}"]);
            kill.WaitForExit();
            Assert.Equal(code, Finish(stopped));
        }
        Assert.DoesNotContain("\"event\":\"test\"", File.ReadAllText(folder["stopped/log.jsonl"]), StringComparison.Ordinal);
        Assert.Equal(0, Finish(Start(["train", "--resume", "--out", folder["stopped"], "--quiet"])));
        Assert.Equal(File.ReadAllBytes(folder["whole/checkpoints/last/weights.safetensors"]), File.ReadAllBytes(folder["stopped/checkpoints/last/weights.safetensors"]));
    }

    [Fact]
    public void ARunInUseIsRefused()
    {
        using TempFolder folder = new();
        MakePack(folder["pack"]);
        string[] train = ["train", "--data", folder["pack"], "--set", "train.epochs=4000", "--out", folder["run"]];
        using Process first = Start(train);
        while (!File.Exists(folder["run/config.yaml"]) && !first.HasExited) Thread.Sleep(5);
        Assert.Equal(2, Finish(Start(["train", "--resume", "--out", folder["run"]])));
        first.Kill();
        first.WaitForExit();
    }

    private static Process Start(string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Equipoise.Cli"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    private static int Finish(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error.Result;
        return process.ExitCode;
    }

    private static void MakePack(string folder)
    {
        Data.SeededRandom random = new(3);
        string[] names = ["a", "b"];
        using Data.PackWriter writer = new(folder, "p", ["x", "y"], [.. names.Select(name => new Data.PackModality(name, Data.ModalityKind.Features, [8], Formats.ElementType.Float32, null))]);
        foreach (var (split, count) in new[] { ("train", 800), ("val", 40), ("test", 40) })
        {
            Data.PackSplitWriter part = writer.AddSplit(split);
            for (int i = 0; i < count; i++)
                part.Append($"{i}", i % 2, null, names.ToDictionary(name => name, _ => (byte[]?)Formats.NdArray.From<float>([.. Enumerable.Range(0, 8).Select(d => (float)(i % 2 + random.NextGaussian()))], 8).Data));
        }
        writer.Complete(0);
    }
}
