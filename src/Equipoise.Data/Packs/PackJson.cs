using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Reads and checks <c>pack.json</c>.</summary>
internal sealed record PackJson(string Name, IReadOnlyList<string> Classes, IReadOnlyList<PackModality> Modalities, IReadOnlyList<PackJson.Split> Splits, JsonObject Whole)
{
    internal const string Format = "equipoise-pack/1";
    private const string Remedy = "prepare or import the pack again";
    private static readonly Dictionary<string, ElementType> TypeNames = Enum.GetValues<ElementType>().ToDictionary(type => type.ToString().ToLowerInvariant());

    /// <summary>One split: its size, its files by role, their hashes.</summary>
    internal sealed record Split(string Name, int Count, IReadOnlyDictionary<string, IReadOnlyList<string>> Files, IReadOnlyDictionary<string, string> Hashes);

    internal static PackJson Read(string path, byte[] bytes) => WholeFile.ReadJson(path, bytes, "description of a pack", Remedy, node =>
    {
        JsonObject whole = node.AsObject();
        string format = whole["format"]!.GetValue<string>();
        if (format != Format) throw new InvalidFileException(path, $"has format {format}, not {Format}", Remedy);
        return new PackJson(
            whole["name"]!.GetValue<string>(),
            [.. whole["classes"]!.AsArray().Select(name => name!.GetValue<string>())],
            [.. whole["modalities"]!.AsObject().Select(pair => ReadModality(pair.Key, pair.Value!.AsObject(), path))],
            [.. whole["splits"]!.AsObject().Select(pair => ReadSplit(pair.Key, pair.Value!.AsObject(), path))],
            whole);
    });

    private static PackModality ReadModality(string name, JsonObject json, string path)
    {
        string kind = json["kind"]!.GetValue<string>();
        if (!PackModality.KindNames.Contains(kind)) throw new InvalidFileException(path, $"gives {name} the kind {kind}, which is unknown", Remedy);
        string dtype = json["dtype"]!.GetValue<string>();
        if (!TypeNames.TryGetValue(dtype, out ElementType type))
            throw new InvalidFileException(path, $"gives {name} the type {dtype}, which is unknown", Remedy);
        long[] shape = [.. json["shape"]!.AsArray().Select(size => size!.GetValue<long>())];
        PackModality modality = new(name, Enum.Parse<ModalityKind>(kind, ignoreCase: true), shape, type, json["recipe"]?.DeepClone().AsObject());
        if (!PackModality.IsName(name)) throw new InvalidFileException(path, $"has a modality named '{name}'", PackModality.NameRule);
        if (type.Bytes(shape) is < 0 or > int.MaxValue || shape.Contains(0) || !modality.HasShapeOfItsKind)
            throw new InvalidFileException(path, $"gives {name} the shape [{string.Join(", ", shape)}], which no {kind} has", Remedy);
        return modality;
    }

    private static Split ReadSplit(string name, JsonObject json, string path)
    {
        Dictionary<string, IReadOnlyList<string>> files = [];
        foreach (var (role, list) in json["files"]!.AsObject())
            files[role] = [.. list!.AsArray().Select(file => Plain(file!.GetValue<string>(), path))];
        Dictionary<string, string> hashes = json["sha256"]!.AsObject().ToDictionary(pair => Plain(pair.Key, path), pair => pair.Value!.GetValue<string>());
        if (files.Values.SelectMany(list => list).FirstOrDefault(file => !hashes.ContainsKey(file)) is { } unhashed)
            throw new InvalidFileException(path, $"gives no hash of {unhashed}", Remedy);
        if (files.FirstOrDefault(pair => pair.Value.Count == 0).Key is { } empty) throw new InvalidFileException(path, $"names no file for {empty} in {name}", Remedy);
        int count = json["n"]!.GetValue<int>();
        return count >= 0 ? new Split(name, count, files, hashes) : throw new InvalidFileException(path, $"gives {name} {count} samples", Remedy);
    }

    /// <summary>A file of a pack lies in its folder: no path leads out.</summary>
    private static string Plain(string file, string path) => Path.GetFileName(file) == file && file is not ("" or "." or "..")
        ? file
        : throw new InvalidFileException(path, $"names the file {file}, which is not inside the pack", Remedy);
}
