namespace Equipoise.Data;

/// <summary>Finds what somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>The name at the smallest edit distance, or null where none is near (a third of the letters, at least two).</summary>
    public static string? Name(string wrong, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(wrong, name)))
        .Where(pair => pair.Distance <= Math.Max(2, wrong.Length / 3))
        .OrderBy(pair => pair.Distance)
        .Select(pair => pair.Name)
        .FirstOrDefault();

    /// <summary>A remedy that names the nearest, or else all names.</summary>
    public static string Remedy(string wrong, IReadOnlyCollection<string> names) => Name(wrong, names) is { } near
        ? $"did you mean {near}?"
        : $"known: {string.Join(", ", names)}";

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + same));
            }
        }
        return row[^1];
    }
}
