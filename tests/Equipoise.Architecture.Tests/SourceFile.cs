using System.Text.RegularExpressions;

namespace Equipoise.Architecture.Tests;

/// <summary>A source file as the rules see it: its lines, and its code with strings and comments blanked out.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path)
    {
        Path = System.IO.Path.GetRelativePath(Repository.Root, path);
        Text = File.ReadAllText(path);
        Code = CodeOnly.Of(Text);
    }

    /// <summary>The path from the root of the checkout.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>The text, same length and lines, with blanks for what is inside strings, characters and comments.</summary>
    public string Code { get; }

    public int Lines => Text.AsSpan().Count('\n');

    /// <summary>The source files of a kind (<c>*.cs</c>) under a folder of the checkout, generated ones aside.</summary>
    public static IReadOnlyList<SourceFile> Under(string folder, params string[] patterns) =>
        !Directory.Exists(Repository.Path(folder)) ? [] :
        [.. patterns.SelectMany(pattern => Directory.EnumerateFiles(Repository.Path(folder), pattern, SearchOption.AllDirectories))
            .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path))];

    /// <summary>The lines, counted from 1, whose code matches.</summary>
    public IEnumerable<string> Matches(Regex pattern) =>
        pattern.Matches(Code).Select(match => $"{Path}:{LineAt(match.Index)} {match.Value}");

    /// <summary>Every block that follows a parameter list, with its header: functions, accessors of indexers aside.</summary>
    public IEnumerable<(string Name, int Line, int Length)> Functions()
    {
        foreach (Match header in FunctionHeader().Matches(Code))
        {
            if (header.Groups["name"].Value is "if" or "while" or "for" or "foreach" or "switch" or "using" or "lock"
                or "fixed" or "catch" or "when" or "class" or "record" or "struct" or "new") continue;
            int open = header.Index + header.Length - 1, close = Closing(open);
            string before = Code[..header.Index];
            string declaration = before[(before.LastIndexOfAny([';', '{', '}']) + 1)..];
            if (TypeKeyword().IsMatch(declaration) || NamedType().IsMatch(header.Value) || declaration.Contains("namespace", StringComparison.Ordinal)) continue;
            int first = LineAt(header.Index);
            yield return (header.Groups["name"].Value, first, LineAt(close) - first + 1);
        }
    }

    private int Closing(int open)
    {
        int depth = 0;
        for (int i = open; i < Code.Length; i++)
        {
            if (Code[i] == '{') depth++;
            if (Code[i] == '}' && --depth == 0) return i;
        }
        return Code.Length - 1;
    }

    private int LineAt(int index) => Code.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"(?<name>\w+)\s*(<[\w\s,]*>)?\s*\((?>[^()]+|(?<o>\()|(?<-o>\)))*(?(o)(?!))\)[\w\s,.<>:?()\[\]]*?\{")]
    private static partial Regex FunctionHeader();

    /// <summary>An attribute with arguments, and then the type it stands on; no constraint such as <c>where T : class</c>.</summary>
    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w")]
    private static partial Regex NamedType();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum|extension)\b")]
    private static partial Regex TypeKeyword();
}
