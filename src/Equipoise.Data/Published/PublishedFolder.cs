using Equipoise.Data.Manifests;
using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>The folder of a published data set, and its lists beside it where they lie apart.</summary>
/// <param name="path">The folder.</param>
/// <param name="lists">Where the lists are; null for the folder itself.</param>
/// <param name="dataset">What it holds, for errors.</param>
internal sealed class PublishedFolder(string path, string? lists, PublishedDataset dataset)
{
    private const long LongestList = 256L << 20;

    /// <summary>The folder's full path.</summary>
    internal string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The first of some files or folders that exists, as a path relative to the root; all are relative to it.</summary>
    /// <exception cref="ProblemException">None exists.</exception>
    internal string Find(params string[] candidates) => FindOrNull(candidates)
        ?? throw new ProblemException($"{path}: holds no {string.Join(" or ", candidates)}; {dataset.Name} is expected as {dataset.Layout}");

    /// <summary>The first of some files or folders that exists, as a path relative to the root; null where none does.</summary>
    internal string? FindOrNull(params string[] candidates) =>
        candidates.FirstOrDefault(candidate => System.IO.Path.Exists(System.IO.Path.Combine(Path, candidate)));

    /// <summary>The lines of a list without white space at their ends, without a byte order mark and empty lines.</summary>
    /// <exception cref="ProblemException">It does not exist, or is no text.</exception>
    /// <exception cref="InvalidFileException">It is of no reasonable length.</exception>
    internal IReadOnlyList<string> Lines(params string[] names) => [.. Text(List(names)).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>The rows of a list with commas and quotes; rows may differ in length.</summary>
    /// <exception cref="ProblemException">It does not exist.</exception>
    /// <exception cref="InvalidFileException">It is no CSV.</exception>
    internal IReadOnlyList<string[]> Rows(params string[] names)
    {
        string list = List(names);
        return CsvFile.Read(list, Text(list), csv =>
        {
            List<string[]> rows = [];
            while (csv.Read()) rows.Add([.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim())]);
            return rows.Where(row => row.Any(cell => cell.Length > 0)).ToArray();
        });
    }

    /// <summary>Whether one of some lists exists.</summary>
    internal bool HasList(params string[] names) => ListOrNull(names) is not null;

    /// <summary>The files of a folder under the root, sorted by name, as paths relative to the root.</summary>
    internal IReadOnlyList<string> FilesIn(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Path, folder), pattern).Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal)];

    /// <summary>The folders in a folder under the root, sorted, by name alone.</summary>
    internal IReadOnlyList<string> FoldersIn(string folder) =>
        [.. Directory.EnumerateDirectories(System.IO.Path.Combine(Path, folder)).Select(found => System.IO.Path.GetFileName(found)!).Order(StringComparer.Ordinal)];

    /// <summary>A problem with one line of a list.</summary>
    internal ProblemException Wrong(string list, int line, string what) =>
        new($"{System.IO.Path.Combine(lists ?? path, list)}:{line}: {what}; take the list as {dataset.Name} publishes it");

    private string List(string[] names) => ListOrNull(names)
        ?? throw new ProblemException($"{lists ?? path}: holds no {string.Join(" or ", names)}; {dataset.Name} is expected as {dataset.Layout}, and lists may lie elsewhere with --lists DIR");

    private string? ListOrNull(string[] names) => names
        .SelectMany(name => new[] { lists, path }.OfType<string>().Select(folder => System.IO.Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static string Text(string file) => WholeFile.ReadText(file, LongestList).ReplaceLineEndings("\n");
}
