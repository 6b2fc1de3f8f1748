using System.Globalization;
using System.Text;

namespace Equipoise.Data.Text;

/// <summary>
/// BERT's first step: control characters go, white space separates, punctuation marks and Chinese characters stand alone; lower-casing also
/// takes accents off.
/// </summary>
internal static class BasicTokenizer
{
    private const int ReplacementCharacter = 0xFFFD;

    /// <summary>The words of a text.</summary>
    internal static List<string> Words(string text, bool lower)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is 0 or ReplacementCharacter || IsControl(rune)) continue;
            if (IsSpace(rune)) clean.Append(' ');
            else if (IsChinese(rune.Value)) clean.Append(' ').Append(rune).Append(' ');
            else clean.Append(rune);
        }
        return [.. clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => SplitMarks(lower ? Accents.Remove(word.ToLowerInvariant()) : word))];
    }

    private static IEnumerable<string> SplitMarks(string word)
    {
        StringBuilder current = new();
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (!IsMark(rune))
            {
                current.Append(rune);
                continue;
            }
            if (current.Length > 0) yield return current.ToString();
            current.Clear();
            yield return rune.ToString();
        }
        if (current.Length > 0) yield return current.ToString();
    }

    private static bool IsSpace(Rune rune) => rune.Value is ' ' or '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>All of ASCII that is neither letter nor digit counts, also what Unicode calls a symbol, such as ^ and $.</summary>
    private static bool IsMark(Rune rune) => rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126) || Rune.IsPunctuation(rune);

    private static bool IsChinese(int code) => code is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
