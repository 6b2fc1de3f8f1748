namespace Equipoise.Architecture.Tests;

/// <summary>
/// Blanks strings, characters and comments in C# and C++, keeping every line where it is. Holes of interpolated strings
/// are blanked with the rest: no rule looks into them.
/// </summary>
internal static class CodeOnly
{
    public static string Of(string text)
    {
        char[] code = text.ToCharArray();
        for (int i = 0; i < text.Length;)
        {
            int end = EndOfNonCode(text, i);
            for (int j = i; j < end; j++)
                if (code[j] != '\n') code[j] = ' ';
            i = Math.Max(end, i + 1);
        }
        return new string(code);
    }

    // Where the comment, string or character that starts here ends; the start itself when code starts here.
    private static int EndOfNonCode(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at);
        if (rest.StartsWith("//")) return End(text, at, "\n", 0);
        if (rest.StartsWith("/*")) return End(text, at + 2, "*/", 2);
        if (rest[0] == '\'' && (at == 0 || !char.IsAsciiDigit(text[at - 1]))) return Quoted(text, at, '\'');
        int prefix = rest.IndexOfAnyExcept('$', '@');
        if (prefix < 0 || rest[prefix] != '"') return at;
        int quotes = rest[prefix..].IndexOfAnyExcept('"');
        if (quotes < 0) quotes = rest.Length - prefix;
        int start = at + prefix;
        if (quotes >= 3) return End(text, start + quotes, new string('"', quotes), quotes);
        bool interpolated = rest[..prefix].Contains('$');
        return rest[..prefix].Contains('@') ? Verbatim(text, start) : Quoted(text, start, '"', interpolated);
    }

    private static int End(string text, int from, string mark, int length)
    {
        int found = text.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + length;
    }

    private static int Quoted(string text, int open, char quote, bool interpolated = false)
    {
        int hole = 0;
        for (int i = open + 1; i < text.Length && (text[i] != '\n' || hole > 0); i++)
        {
            if (text[i] == '\\') i++;
            else if (interpolated && text[i] == '{') hole++;
            else if (interpolated && text[i] == '}' && hole > 0) hole--;
            else if (hole > 0 && text[i] == '"') i = Quoted(text, i, '"', text[i - 1] == '$') - 1;
            else if (text[i] == quote) return i + 1;
        }
        return text.Length > open + 1 ? open + 1 : text.Length;
    }

    private static int Verbatim(string text, int open)
    {
        for (int i = open + 1; i < text.Length; i++)
        {
            if (text[i] != '"') continue;
            if (i + 1 < text.Length && text[i + 1] == '"') i++;
            else return i + 1;
        }
        return text.Length;
    }
}
