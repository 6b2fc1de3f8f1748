using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Torch;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise doctor</c>: whether this machine is ready.</summary>
internal static class DoctorCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("doctor", """
            Looks at this machine: libtorch, its matrix library and threads, the programs that make and read media.

            Example:
              equipoise doctor
            """) { json };
        command.SetAction(parse =>
        {
            List<Finding> findings = [Libtorch(), Blas(), Threads(), Program("ffmpeg", "ffmpeg"), Program("espeak-ng", "espeak-ng"), Fonts(), Cuda()];
            if (parse.GetValue(json)) context.Output.WriteLine(ToJson(findings).ToJsonString());
            else foreach (Finding finding in findings) context.Output.WriteLine($"{(finding.Good ? "ok  " : "BAD ")} {finding.Name}: {finding.Text}");
            return findings.TrueForAll(finding => finding.Good) ? ExitCode.Done : ExitCode.Negative;
        });
        return command;
    }

    private sealed record Finding(string Name, bool Good, string Text);

    private static Finding Libtorch()
    {
        try
        {
            return new Finding("libtorch", true, TorchRuntime.Version);
        }
        catch (DllNotFoundException error)
        {
            return new Finding("libtorch", false, error.Message);
        }
    }

    private static Finding Blas()
    {
        string library = Safely(() => TorchRuntime.BlasLibrary, "");
        bool slow = library.Length > 0 && !library.Contains("openblas", StringComparison.Ordinal) && !library.Contains("mkl", StringComparison.Ordinal) && !library.Contains("blis", StringComparison.Ordinal);
        return new Finding("matrix products", !slow, slow ? $"{library} is the slow reference BLAS; apt-get install libopenblas0-pthread" : library.Length > 0 ? library : "libtorch's own");
    }

    private static Finding Threads() => new("threads", true, $"{Safely(() => TorchRuntime.Threads, 0)} of {Environment.ProcessorCount} processors");

    private static Finding Cuda() => new("cuda devices", true, $"{Safely(() => Device.CudaCount, 0)}");

    private static Finding Program(string name, string package)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return new Finding(name, path is not null, path ?? $"is not on the PATH; apt-get install {package}");
    }

    private static Finding Fonts()
    {
        bool there = File.Exists("/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf");
        return new Finding("fonts", there, there ? "DejaVu" : "DejaVu is missing; apt-get install fonts-dejavu");
    }

    private static T Safely<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (DllNotFoundException)
        {
            return otherwise;
        }
    }

    private static JsonObject ToJson(List<Finding> findings) => new()
    {
        ["ready"] = findings.TrueForAll(finding => finding.Good),
        ["findings"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject { ["name"] = finding.Name, ["good"] = finding.Good, ["text"] = finding.Text })]),
    };
}
