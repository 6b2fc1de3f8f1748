using System.Formats.Tar;
using System.Globalization;
using System.Text;
using CsvHelper;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Exporting;

/// <summary>Writes a pack in formats that others read: what <c>data import</c> takes back, and WebDataset shards.</summary>
public static class PackExporter
{
    private const int SamplesOfShard = 10_000;

    /// <summary>The formats there are.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["npz", "safetensors", "csv", "idx", "webdataset"];

    /// <summary>Exports every split.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="folder">The folder to make; written beside it and renamed when whole.</param>
    /// <exception cref="ProblemException">The format does not exist, or cannot hold the modalities.</exception>
    public static void Export(Pack pack, string format, string folder)
    {
        if (!Formats.Contains(format)) throw new ProblemException($"--format {format}: is unknown; {Nearest.Remedy(format, Formats)}");
        if (format == "csv" && pack.Modalities.FirstOrDefault(modality => modality.Shape.Length != 1) is { } wide)
            throw new ProblemException($"{pack.Folder}: holds {wide.Name} of shape [{string.Join(", ", wide.Shape)}]; CSV is for features, take npz or safetensors");
        if (format == "idx") CheckIdx(pack);
        using NewFolder target = new(folder);
        foreach (PackSplit split in pack.Splits.Keys.Select(pack.Split))
        {
            string path = Path.Combine(target.Path, split.Name);
            if (format == "csv") Csv(split, $"{path}.csv");
            else if (format == "idx") Idx(split, target.Path);
            else if (format == "webdataset") Shards(split, target.Path);
            else if (format == "npz") Npz.Write($"{path}.npz", Arrays(split));
            else SafetensorsWriter.Write($"{path}.safetensors", Arrays(split));
        }
        target.Complete();
    }

    private static Dictionary<string, NdArray> Arrays(PackSplit split)
    {
        Dictionary<string, NdArray> arrays = [];
        foreach (PackModality modality in split.Pack.Modalities)
        {
            arrays[modality.Name] = Whole(split, modality.Name, modality.Type, modality.Shape);
            if (split.Present(modality.Name) is { } present) arrays[$"{modality.Name}.present"] = NdArray.From<bool>(present, split.Count);
            foreach (string role in RealPositions.Suffixes.Select(suffix => modality.Name + suffix).Where(split.HasRole))
                if (RealPositions.Expected(modality, role) is { } companion) arrays[role] = Whole(split, role, companion.Type, companion.Shape);
        }
        if (split.Labels.Length > 0) arrays["label"] = NdArray.From<long>(split.Labels, split.Count);
        return arrays;
    }

    private static NdArray Whole(PackSplit split, string role, ElementType type, long[] shape)
    {
        long rowBytes = type.Bytes(shape);
        if (rowBytes * split.Count > Array.MaxLength) throw new ProblemException($"{split.Pack.Folder}: {role} of {split.Name} is larger than 2 GiB; take webdataset, or read the pack's own .npy files");
        byte[] data = new byte[rowBytes * split.Count];
        for (int i = 0; i < split.Count; i++) split.ReadRow(role, i, data.AsSpan((int)(i * rowBytes), (int)rowBytes));
        return new NdArray(type, [split.Count, .. shape], data);
    }

    private static void CheckIdx(Pack pack)
    {
        foreach (PackModality modality in pack.Modalities.Where(modality => !IdxFile.Holds(modality.Type)))
            throw new ProblemException($"{pack.Folder}: holds {modality.Name} as {modality.Type}, which idx files have no number for; take npz or safetensors");
        foreach (PackModality modality in pack.Modalities.Where(modality => pack.Splits.Keys.Any(split => pack.Split(split).Present(modality.Name) is not null)))
            throw new ProblemException($"{pack.Folder}: lacks {modality.Name} in some samples, which idx files cannot say; take npz or safetensors");
    }

    /// <summary><c>train.MODALITY.idx</c> and <c>train.label.idx</c> (bytes up to 256 classes, else int32) and so on.</summary>
    private static void Idx(PackSplit split, string folder)
    {
        foreach (PackModality modality in split.Pack.Modalities)
            IdxFile.Write(Path.Combine(folder, $"{split.Name}.{modality.Name}.idx"), Whole(split, modality.Name, modality.Type, modality.Shape));
        if (split.Labels.Length == 0) return;
        IdxFile.Write(Path.Combine(folder, $"{split.Name}.label.idx"), split.Pack.Classes.Count <= 256
            ? NdArray.From<byte>([.. split.Labels.Select(label => (byte)label)], split.Count)
            : NdArray.From<int>([.. split.Labels.Select(label => (int)label)], split.Count));
    }

    private static void Csv(PackSplit split, string path)
    {
        IReadOnlyList<PackModality> modalities = split.Pack.Modalities;
        using CsvWriter csv = CsvWriter.ToFile(path, new CsvWriterOptions { NewLine = "\n" });
        csv.WriteRecord([.. (string[])["id", "label"], .. modalities.SelectMany(modality => Enumerable.Range(0, (int)modality.Elements).Select(i => $"{modality.Name}.{i}"))]);
        for (int row = 0; row < split.Count; row++)
        {
            string label = split.Labels.Length > 0 ? split.Labels[row].ToString(CultureInfo.InvariantCulture) : "";
            csv.WriteRecord([split.Ids[row], label, .. modalities.SelectMany(modality => split.Values(modality, row)).Select(value => value.ToString("R", CultureInfo.InvariantCulture))]);
        }
    }

    /// <summary><c>train-000000.tar</c> and so on, each sample as <c>KEY.MODALITY.npy</c>, <c>KEY.cls</c> and <c>KEY.id.txt</c>; absent modalities have no member.</summary>
    private static void Shards(PackSplit split, string folder)
    {
        for (int first = 0, shard = 0; first < split.Count; first += SamplesOfShard, shard++)
        {
            using FileStream stream = File.Create(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{split.Name}-{shard:d6}.tar")));
            using TarWriter tar = new(stream, TarEntryFormat.Pax);
            for (int row = first; row < Math.Min(split.Count, first + SamplesOfShard); row++)
            {
                string key = row.ToString("d9", CultureInfo.InvariantCulture);
                foreach (PackModality modality in split.Pack.Modalities.Where(modality => split.Present(modality.Name)?[row] ?? true))
                    Add(tar, $"{key}.{modality.Name}.npy", NpyWriter.ToBytes(new NdArray(modality.Type, modality.Shape, split.Row(modality, row))));
                if (split.Labels.Length > 0) Add(tar, $"{key}.cls", Encoding.UTF8.GetBytes(split.Labels[row].ToString(CultureInfo.InvariantCulture)));
                Add(tar, $"{key}.id.txt", Encoding.UTF8.GetBytes(split.Ids[row]));
            }
        }
    }

    private static void Add(TarWriter tar, string name, byte[] bytes) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
}
