using System.Text;
using CsvHelper;
using Equipoise.Data.Media;

namespace Equipoise.Data.Published;

/// <summary>Writes <c>manifest.csv</c> and <c>dataset.yaml</c> for a published data set, ready to be prepared.</summary>
public static class ManifestMaker
{
    private static readonly PublishedDataset[] Datasets =
    [
        new CremaD(), new KineticsSounds(), new VggSound(), new Ave(), new Ucf101(), new Food101(), new Mvsa(), new Iemocap(), new ColouredMnist(),
        new AudioVisualMnist(), new ModelNet40(), new CmuSentiment("cmu-mosi"), new CmuSentiment("cmu-mosei"), new WebDataset(),
    ];

    /// <summary>The data sets there are.</summary>
    public static IReadOnlyList<PublishedDatasetInfo> Known { get; } =
        [.. Datasets.Select(dataset => new PublishedDatasetInfo(dataset.Name, dataset.Layout, dataset.Presets, dataset.GroupedBy))];

    /// <summary>Makes the folder with the manifest.</summary>
    /// <param name="name">A name of <see cref="Known"/>.</param>
    /// <param name="root">The data set's folder.</param>
    /// <param name="outFolder">The folder to make; written beside it and renamed when whole.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ProblemException">The name is unknown, the folder is not as published, or listed files are absent.</exception>
    public static ManifestResult Make(string name, string root, string outFolder, ManifestOptions? options = null)
    {
        options ??= new ManifestOptions();
        PublishedDataset dataset = Datasets.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new ProblemException($"{name}: is no data set known by name; {Nearest.Remedy(name, [.. Datasets.Select(known => known.Name)])}");
        string preset = options.Preset ?? dataset.Presets[0];
        if (!dataset.Presets.Contains(preset)) throw new ProblemException($"--preset {preset}: {name} has {string.Join(", ", dataset.Presets)}; {Nearest.Remedy(preset, dataset.Presets)}");
        if (!Directory.Exists(root)) throw new ProblemException($"{root}: is no folder; {name} is expected as {dataset.Layout}");
        PublishedFolder folder = new(root, options.Lists, dataset);
        using NewFolder target = new(outFolder);
        Listing listing = dataset.Read(folder, preset);
        (dataset as IMadeDataset)?.Make(folder, target.Path, options.Seed);
        List<AbsentFile> absent = Absent(listing, folder.Path);
        if (absent.Count > 0 && !options.AllowMissing) throw Missing(root, absent);
        HashSet<string> skipped = [.. absent.Select(file => file.Id)];
        ListedSample[] present = [.. listing.Samples.Where(sample => !skipped.Contains(sample.Id))];
        List<string> notes = [];
        string[] splits = Splits(dataset, present, listing.Classes, options, notes);
        foreach (string part in (string[])["train", "val", "test"])
            if (!splits.Contains(part)) throw new ProblemException($"{root}: gives no sample for {part}; check the lists ({name} is expected as {dataset.Layout})");
        Write(target.Path, System.IO.Path.GetFullPath(outFolder), folder.Path, dataset.Name, listing with { Samples = present }, splits);
        if (absent.Count > 0) WriteSkipped(System.IO.Path.Combine(target.Path, "skipped.csv"), absent);
        target.Complete();
        return new ManifestResult(splits.CountBy(split => split).ToDictionary(), skipped.Count, notes);
    }

    /// <summary>Gives every sample its part: the published one, or one by groups; val is cut from train where there is none.</summary>
    private static string[] Splits(PublishedDataset dataset, ListedSample[] samples, IReadOnlyList<string> classes, ManifestOptions options, List<string> notes)
    {
        if (options.SplitBy is { } by && by != dataset.GroupedBy)
            throw new ProblemException($"--split {by}: {dataset.Name} {(dataset.GroupedBy is { } known ? $"can be split by {known}" : "knows no groups of its samples")}");
        string[] splits = [.. samples.Select(sample => sample.Split)];
        if (options.SplitBy is not null || Array.TrueForAll(splits, split => split.Length == 0))
        {
            Array.Fill(splits, "train");
            Cut(samples, classes, splits, "test", ValidationSplit.UsualTestShare, options.Seed + 1, byGroup: true, notes);
            Cut(samples, classes, splits, "val", ValidationSplit.UsualShare, options.Seed, byGroup: true, notes);
        }
        else if (!splits.Contains("val"))
        {
            // Val is to be like test: where the published parts share groups, it shares them too.
            HashSet<string?> tested = [.. samples.Where(sample => sample.Split == "test").Select(sample => sample.Group)];
            bool shared = samples.Any(sample => sample.Split == "train" && sample.Group is not null && tested.Contains(sample.Group));
            if (shared) notes.Add($"the published parts share each {dataset.GroupedBy ?? "group"}: test is no stranger to train; --split {dataset.GroupedBy} divides them");
            Cut(samples, classes, splits, "val", ValidationSplit.UsualShare, options.Seed, byGroup: !shared, notes);
        }
        return splits;
    }

    private static void Cut(ListedSample[] samples, IReadOnlyList<string> classes, string[] splits, string name, double share, ulong seed, bool byGroup, List<string> notes)
    {
        int[] train = [.. Enumerable.Range(0, samples.Length).Where(i => splits[i] == "train")];
        Dictionary<string, long> numbers = classes.Select((label, number) => (label, number)).ToDictionary(pair => pair.label, pair => (long)pair.number);
        string[]? groups = byGroup && train.All(i => samples[i].Group is not null) ? [.. train.Select(i => samples[i].Group!)] : null;
        bool[] chosen = ValidationSplit.Cut([.. train.Select(i => numbers[samples[i].Label])], groups, share, seed);
        for (int k = 0; k < train.Length; k++) if (chosen[k]) splits[train[k]] = name;
        notes.Add($"{name}: {chosen.Count(taken => taken)} samples cut from train ({(groups is null ? "the same share of every class" : "whole groups")}, seed {seed})");
    }

    private static List<AbsentFile> Absent(Listing listing, string root)
    {
        List<AbsentFile> absent = [];
        foreach (ListedSample sample in listing.Samples)
            foreach (var (modality, cell) in sample.Cells.Where(pair => pair.Value.Kind == CellKind.File))
                foreach (string part in cell.Value.Split('|'))
                {
                    string full = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, part.Replace('\0', '?')));
                    bool inside = full.StartsWith(root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);
                    if (!inside) throw new ProblemException($"{sample.Id}: names {part}, which lies outside {root}; take the lists as they are published");
                    if (!System.IO.Path.Exists(full)) absent.Add(new AbsentFile(sample.Id, sample.Split, modality, part));
                }
        return absent;
    }

    private static ProblemException Missing(string root, List<AbsentFile> absent)
    {
        const int told = 10;
        int samples = absent.DistinctBy(file => file.Id).Count();
        string[] lines = [.. absent.Take(told).Select(file => $"{System.IO.Path.Combine(root, file.File)}: does not exist (sample {file.Id}, {file.Modality})")];
        string more = absent.Count > told ? $" (the first {told} stand above)" : "";
        return new ProblemException([.. lines, $"{root}: lacks {absent.Count} files of {samples} listed samples{more}; fetch them, or leave those samples out with --allow-missing"]);
    }

    private static void Write(string partial, string target, string root, string name, Listing listing, string[] splits)
    {
        string[] modalities = [.. listing.Modalities.Select(pair => pair.Key)];
        using (CsvWriter csv = CsvWriter.ToFile(System.IO.Path.Combine(partial, "manifest.csv"), new CsvWriterOptions { NewLine = "\n" }))
        {
            csv.WriteRecord([.. (string[])["id", "split", "label", "group"], .. modalities]);
            for (int i = 0; i < splits.Length; i++)
            {
                ListedSample sample = listing.Samples[i];
                csv.WriteRecord([sample.Id, splits[i], sample.Label, sample.Group ?? "", .. modalities.Select(modality => Text(sample.Cells.GetValueOrDefault(modality), target, root))]);
            }
        }
        StringBuilder yaml = new();
        yaml.Append($"name: {name}\nclasses: [{string.Join(", ", listing.Classes.Select(Quote))}]\nmanifest: manifest.csv\nmodalities:\n");
        foreach (var (modality, recipe) in listing.Modalities) yaml.Append($"  {modality}: {{recipe: {recipe}}}\n");
        File.WriteAllText(System.IO.Path.Combine(partial, "dataset.yaml"), yaml.ToString());
    }

    private static string Text(Cell? cell, string target, string root) => cell switch
    {
        null => "",
        { Kind: CellKind.Text } => cell.Value.ReplaceLineEndings(" "),
        { Kind: CellKind.Made } => cell.Value,
        _ => string.Join('|', cell.Value.Split('|').Select(part => System.IO.Path.GetRelativePath(target, System.IO.Path.Combine(root, part)))),
    };

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static void WriteSkipped(string path, List<AbsentFile> absent)
    {
        using CsvWriter csv = CsvWriter.ToFile(path, new CsvWriterOptions { NewLine = "\n" });
        csv.WriteRecord(["id", "split", "modality", "file", "reason"]);
        foreach (AbsentFile file in absent) csv.WriteRecord([file.Id, file.Split, file.Modality, file.File, "does not exist"]);
    }

    private sealed record AbsentFile(string Id, string Split, string Modality, string File);
}
