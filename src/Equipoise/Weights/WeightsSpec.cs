using Equipoise.Data;

namespace Equipoise.Weights;

/// <summary>Weights that a run starts from.</summary>
/// <param name="Part">What takes them: <c>encoders.M</c>, or nothing for the whole model.</param>
/// <param name="File">A <c>.safetensors</c> or PyTorch file, or the folder of a run, whose weights selected on val are taken.</param>
/// <param name="Prefix">Only names below this are taken, without it; empty for all.</param>
/// <param name="Strict">Whether everything has to fit: no tensor missing, of another shape, or left over. True by default.</param>
/// <param name="MeanOverChannels">Whether a first convolution for another number of channels takes the mean over the file's for each of its own.</param>
/// <param name="Rename">Rules of the user's own, before those of the source: from, to.</param>
public sealed record WeightsSpec(
    string Part, string File, string Prefix = "", bool Strict = true, bool MeanOverChannels = false, IReadOnlyList<(string From, string To)>? Rename = null)
{
    /// <summary>Reads the key <c>weights</c> of a block: a file, or a mapping with <c>file</c>; null where it is absent.</summary>
    /// <param name="block">The block of the model or of a modality.</param>
    /// <param name="part">What takes the weights.</param>
    /// <param name="folder">What relative paths start from.</param>
    internal static WeightsSpec? Read(YamlMap block, string part, string folder)
    {
        if (!block.Has("weights")) return null;
        if (!block.IsMap("weights")) return new WeightsSpec(part, Path.GetFullPath(block.Text("weights") ?? "", folder));
        YamlMap map = block.Map("weights")!;
        YamlMap? rename = map.Map("rename");
        return new WeightsSpec(
            part,
            Path.GetFullPath(map.Required("file", "resnet18.pth"), folder),
            map.Text("prefix", "")!,
            map.Flag("strict", true),
            map.Choice("adapt", "none", ["none", "mean"]) == "mean",
            rename is null ? null : [.. rename.Keys.ToArray().Select(from => (from, rename.Text(from, "-")!))]);
    }

    /// <summary>As it is written to <c>config.yaml</c>.</summary>
    internal string ToYaml()
    {
        string rename = Rename is null ? "" : $", rename: {{{string.Join(", ", Rename.Select(pair => $"{Quote(pair.From)}: {Quote(pair.To)}"))}}}";
        return $"{{file: {Quote(File)}, prefix: {Quote(Prefix)}, strict: {(Strict ? "true" : "false")}, adapt: {(MeanOverChannels ? "mean" : "none")}{rename}}}";
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
