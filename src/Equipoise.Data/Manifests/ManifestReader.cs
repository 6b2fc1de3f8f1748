using Equipoise.Data.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Manifests;

/// <summary>Reads a manifest and gathers what is wrong with it, line by line.</summary>
internal sealed class ManifestReader
{
    private static readonly string[] Splits = ["train", "val", "test"];
    private readonly string _path;
    private readonly string _folder;
    private readonly IReadOnlyList<string> _classes;
    private readonly IReadOnlyList<(string Name, CellForm Form)> _modalities;
    private readonly bool _training;
    private readonly ProblemList _problems;
    private readonly Dictionary<string, int> _lineOfId = [];

    private ManifestReader(string path, IReadOnlyList<string> classes, IReadOnlyList<(string Name, CellForm Form)> modalities, bool training, ProblemList problems)
    {
        _path = path;
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _classes = classes;
        _modalities = modalities;
        _training = training;
        _problems = problems;
    }

    /// <summary>All samples, in the order of the file.</summary>
    /// <param name="path">The manifest, CSV or JSON Lines; files are relative to its folder.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="modalities">A column each, and what its cells hold.</param>
    /// <param name="training">Whether labels are needed; a manifest for prediction may leave them out.</param>
    /// <param name="problems">Gets every problem.</param>
    /// <param name="where">Conditions that a row has to meet, all of them; null for none.</param>
    /// <exception cref="InvalidFileException">The file does not exist or is no manifest.</exception>
    internal static List<ManifestSample> Read(
        string path, IReadOnlyList<string> classes, IReadOnlyList<(string Name, CellForm Form)> modalities, bool training, ProblemList problems,
        IReadOnlyList<RowFilter>? where = null) =>
        new ManifestReader(path, classes, modalities, training, problems).ReadAll(ManifestRows.Read(path), where ?? []);

    private List<ManifestSample> ReadAll(ManifestRows rows, IReadOnlyList<RowFilter> where)
    {
        string[] names = [.. _modalities.Select(modality => modality.Name)];
        string[] needed = _training ? ["id", "label", .. names] : ["id", .. names];
        string[] missing = [.. needed.Where(name => !rows.Columns.Contains(name))];
        foreach (string name in missing)
            _problems.Add($"{_path}:1", $"has no column {name}", Nearest.Name(name, rows.Columns.Except(needed)) is { } near ? $"rename {near}" : "add it");
        foreach (RowFilter filter in where.Where(filter => !rows.Columns.Contains(filter.Column)))
            _problems.Add($"--where {filter.Column}{filter.Sign}{filter.Value}", "names a column that the manifest lacks", Nearest.Remedy(filter.Column, rows.Columns));
        List<ManifestSample> samples = [];
        if (_problems.Count > 0 && (missing.Length > 0 || where.Any(filter => !rows.Columns.Contains(filter.Column)))) return samples;
        foreach (var (line, cells) in rows.Rows)
        {
            string Cell(string name) => cells.GetValueOrDefault(name, "");
            if (where.All(filter => filter.Meets(Cell))) samples.Add(ReadSample(line, Cell));
        }
        if (samples.Count == 0) _problems.Add(_path, where.Count > 0 ? "holds no sample that meets the conditions" : "holds no samples", where.Count > 0 ? "loosen --where" : "add a line for each");
        return samples;
    }

    private ManifestSample ReadSample(int line, Func<string, string> cell)
    {
        string id = cell("id"), split = cell("split"), label = cell("label"), group = cell("group");
        if (id.Length == 0) Problem(line, "has no id", "give every sample one");
        else if (!_lineOfId.TryAdd(id, line)) Problem(line, $"repeats the id {id} of line {_lineOfId[id]}", "give every sample its own");
        if (_training && split.Length > 0 && !Splits.Contains(split)) Problem(line, $"has the split {split}", "write train, val or test");
        Dictionary<string, string?> files = _modalities.ToDictionary(modality => modality.Name, modality => Resolve(line, modality.Name, modality.Form, cell(modality.Name)));
        if (files.Values.All(file => file is null)) Problem(line, "names no file at all", "fill in at least one modality");
        return new ManifestSample(line, id, split, LabelOf(line, label), group.Length == 0 ? null : group, files);
    }

    private int? LabelOf(int line, string label)
    {
        if (label.Length == 0 && !_training) return null;
        for (int i = 0; i < _classes.Count; i++) if (_classes[i] == label) return i;
        if (label.Length == 0) Problem(line, "has no label", "write one of the classes");
        else Problem(line, $"has the label {label}, which is no class", Nearest.Remedy(label, [.. _classes]));
        return null;
    }

    private string? Resolve(int line, string modality, CellForm form, string cell)
    {
        if (cell.Length == 0) return null;
        if (form == CellForm.Text) return cell;
        if (form == CellForm.File) return FileOf(line, modality, cell);
        if (form == CellForm.Pair)
        {
            string[] pair = cell.Split('|');
            if (pair.Length != 2) Problem(line, $"{modality}: {cell} is no pair", "write two folders with a bar between them, as u/clip|v/clip");
            return string.Join('|', pair.Select(part => FileOf(line, modality, part)));
        }
        string file = CellParts.Split(cell, _folder).File;
        return FileOf(line, modality, file) + cell[file.Length..];
    }

    private string FileOf(int line, string modality, string cell)
    {
        string file = Path.GetFullPath(Path.Combine(_folder, cell.Replace('\0', '?')));
        if (!File.Exists(file) && !Directory.Exists(file)) Problem(line, $"{modality}: {cell} does not exist", "correct the path (it is relative to the manifest)");
        return file;
    }

    private void Problem(int line, string what, string remedy) => _problems.Add($"{_path}:{line}", what, remedy);
}
