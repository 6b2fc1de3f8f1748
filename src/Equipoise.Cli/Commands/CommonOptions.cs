using System.CommandLine;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    internal static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object" };

    internal static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Say nothing but the result" };

    internal static Option<string> Out(string what) => new("--out", "-o") { Description = what, Required = true };

    internal static Option<string[]> Set() => new("--set") { Description = "A dotted key and its value, for instance train.epochs=30; repeatable", HelpName = "key=value" };

    /// <summary>Splits <c>key=value</c> settings.</summary>
    internal static IEnumerable<(string Key, string Value)> Settings(IEnumerable<string>? settings, string option = "--set", string example = "train.epochs=30") => (settings ?? []).Select(text =>
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 ? (text[..at], text[(at + 1)..]) : throw new Data.ProblemException($"{option} {text}: has no value; write {option} {example}");
    });

    /// <summary>The device that <c>--device</c> names, which has to be here.</summary>
    internal static Device Device(string name) => Torch.Device.TryParse(name, out Device device) && device.IsUsable
        ? device
        : throw new Data.ProblemException($"--device {name}: is not here, libtorch {TorchRuntime.Version} finds {Torch.Device.CudaCount} cards of CUDA; write cpu, or see docs/gpu.md for what it takes");

    /// <summary>Says where a run is computed, if that is not where it was trained.</summary>
    internal static void TellDevice(TextWriter messages, TrainedRun run)
    {
        if (run.Device != run.Config.Train.Device) messages.WriteLine($"{run.Folder}: was trained on {run.Config.Train.Device}, which is not here; computing on {run.Device}");
    }

    /// <summary>Texts separated by commas, or given several times.</summary>
    internal static string[] Split(IEnumerable<string>? texts) => [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
