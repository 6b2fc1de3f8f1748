using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using Equipoise.Data.Manifests;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>
/// Arrays in files: <c>x.npy</c>, a row of one (<c>x.npy#17</c>), an array of a <c>.npz</c> or <c>.safetensors</c> by name
/// (<c>x.npz#audio</c>; without a name the only one), or the numbers of a <c>.csv</c>. A sequence may be shorter or longer than its shape:
/// it is cut, or filled with zeros.
/// </summary>
/// <param name="ArrayKind">What the arrays mean.</param>
/// <param name="Sizes">The shape of one sample.</param>
/// <param name="Elements">The type of the elements; numbers of other types are converted to float32.</param>
internal sealed record ArrayRecipe(ModalityKind ArrayKind, long[] Sizes, ElementType Elements) : Recipe
{
    private static readonly string[] Types2 = ["float32", "uint8"];

    internal override ModalityKind Kind => ArrayKind;

    internal override long[] Shape => Sizes;

    internal override ElementType Type => Elements;

    internal override CellForm Cell => CellForm.Part;

    internal static ArrayRecipe? Read(YamlMap map)
    {
        string kind = map.Choice("kind", "features", PackModality.KindNames);
        IReadOnlyList<int> sizes = map.Integers("shape") ?? [];
        ElementType type = map.Choice("dtype", "float32", Types2) == "uint8" ? ElementType.UInt8 : ElementType.Float32;
        ArrayRecipe recipe = new(Enum.Parse<ModalityKind>(kind, ignoreCase: true), [.. sizes.Select(size => (long)size)], type);
        if (sizes.Count > 0 && sizes.All(size => size > 0) && new PackModality("any", recipe.Kind, recipe.Shape, type, null).HasShapeOfItsKind) return recipe;
        map.Problem("shape", $"is no shape of {kind}", "write the shape of one sample, such as [512] for features or [50, 74] for a sequence");
        return null;
    }

    internal override JsonObject ToJson() => new()
    {
        ["type"] = "array",
        ["kind"] = Kind.ToString().ToLowerInvariant(),
        ["shape"] = new JsonArray([.. Sizes.Select(size => (JsonNode)size)]),
        ["dtype"] = Type.ToString().ToLowerInvariant(),
    };

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        Dictionary<string, NpyReader> open = [];
        try
        {
            return [.. files.Select(file => Prepare(file, open))];
        }
        finally
        {
            foreach (NpyReader reader in open.Values) reader.Dispose();
        }
    }

    private Decoded Prepare(string cell, Dictionary<string, NpyReader> open)
    {
        var (path, part) = CellParts.Split(cell);
        try
        {
            return Fit(Load(path, part, open));
        }
        catch (Exception error) when (error is InvalidFileException or ProblemException)
        {
            return new Decoded(null, error.Message.Replace($"{path}: ", "", StringComparison.Ordinal));
        }
    }

    private static NdArray Load(string path, string part, Dictionary<string, NpyReader> open) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => Npy(path, part, open),
        ".npz" => Npz(path, part),
        ".safetensors" => Safetensors(path, part),
        ".csv" or ".txt" => CsvFile.Read(path, heading: false, Csv),
        var other => throw new ProblemException($"ends in {other}, which is no array; write .npy, .npz, .safetensors or .csv"),
    };

    private static NdArray Npy(string path, string part, Dictionary<string, NpyReader> open)
    {
        if (!open.TryGetValue(path, out NpyReader? reader)) open[path] = reader = NpyReader.Open(path);
        if (part.Length == 0) return reader.ReadAll();
        if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long row) || row >= reader.Rows)
            throw new ProblemException($"has no row {part}: it holds {reader.Rows}");
        byte[] data = new byte[reader.RowBytes];
        reader.ReadRow(row, data);
        return new NdArray(reader.Type, reader.Shape[1..], data);
    }

    private static NdArray Safetensors(string path, string part)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        return reader.Read(Choose(path, part, reader.Names));
    }

    private static NdArray Npz(string path, string part)
    {
        using NpzReader reader = NpzReader.Open(path);
        return reader.Read(Choose(path, part, reader.Names));
    }

    /// <summary>The array that a cell names; without a name the only one.</summary>
    private static string Choose(string path, string part, IReadOnlyCollection<string> names)
    {
        if (part.Length == 0 && names.Count != 1) throw new ProblemException($"holds {names.Count} arrays; name one after a hash, as {Path.GetFileName(path)}#{names.FirstOrDefault()}");
        string name = part.Length == 0 ? names.First() : part;
        return names.Contains(name) ? name : throw new ProblemException($"holds no array {name}; {Nearest.Remedy(name, names)}");
    }

    /// <summary>One row per line, all of one length; a single line or column is a vector.</summary>
    private static NdArray Csv(CsvReader csv)
    {
        List<float> values = [];
        int rows = 0, columns = 0;
        while (csv.Read())
        {
            if (rows > 0 && csv.FieldCount != columns) throw new ProblemException($"has {csv.FieldCount} numbers in line {rows + 1} and {columns} above; give every line the same");
            columns = csv.FieldCount;
            rows++;
            for (int i = 0; i < columns; i++)
                values.Add(float.TryParse(csv.GetString(i), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : throw new ProblemException($"holds {csv.GetString(i)} in line {rows}, which is no number"));
        }
        return NdArray.From<float>([.. values], rows == 1 || columns == 1 ? [values.Count] : [rows, columns]);
    }

    private Decoded Fit(NdArray array)
    {
        byte[] data = Convert(array);
        if (Kind == ModalityKind.Sequence && array.Shape.Length == 2 && array.Shape[1] == Sizes[1] && array.Shape[0] > 0)
        {
            byte[] fitted = new byte[Type.Bytes(Sizes)];
            data.AsSpan(0, Math.Min(data.Length, fitted.Length)).CopyTo(fitted);
            return new Decoded(fitted, null, [BitConverter.GetBytes(Math.Min(array.Shape[0], Sizes[0]))]);
        }
        return array.Shape.AsSpan().SequenceEqual(Sizes)
            ? new Decoded(data, null)
            : new Decoded(null, $"has the shape [{string.Join(", ", array.Shape)}], not [{string.Join(", ", Sizes)}]");
    }

    internal override IReadOnlyList<Companion> Companions => Kind == ModalityKind.Sequence ? [new Companion("length", ElementType.Int64, [])] : [];

    private byte[] Convert(NdArray array)
    {
        if (array.Type == Type) return array.Data;
        if (Type == ElementType.UInt8) throw new ProblemException($"holds {array.Type}, not bytes; write dtype: float32");
        float[] values = array.Type switch
        {
            ElementType.Float64 => [.. array.As<double>().ToArray().Select(value => (float)value)],
            ElementType.Float16 => [.. array.As<Half>().ToArray().Select(value => (float)value)],
            ElementType.UInt8 => [.. array.Data.Select(value => (float)value)],
            ElementType.Int32 => [.. array.As<int>().ToArray().Select(value => (float)value)],
            ElementType.Int64 => [.. array.As<long>().ToArray().Select(value => (float)value)],
            _ => throw new ProblemException($"holds {array.Type}; store float32"),
        };
        return NdArray.From<float>(values, values.Length).Data;
    }
}
