using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Equipoise.Data.Text;

/// <summary>
/// Takes accents off, as Unicode's canonical decomposition without its marks does. The program runs without ICU, for its start and its size, and
/// .NET cannot decompose without it: the table beside this file (code point, then what is left of it; Unicode 14) stands in.
/// </summary>
internal static class Accents
{
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3, Vowels = 21, Finals = 28;

    private static readonly Lazy<FrozenDictionary<int, string>> Bases = new(Load);

    /// <summary>The word without accents; Korean syllables fall apart into their letters.</summary>
    internal static string Remove(string word)
    {
        if (Ascii.IsValid(word)) return word;
        StringBuilder plain = new(word.Length);
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (Bases.Value.TryGetValue(rune.Value, out string? left)) plain.Append(left);
            else if (rune.Value is >= FirstSyllable and <= LastSyllable) AppendLetters(plain, rune.Value - FirstSyllable);
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) plain.Append(rune);
        }
        return plain.ToString();
    }

    private static void AppendLetters(StringBuilder plain, int syllable)
    {
        plain.Append((char)(0x1100 + syllable / (Vowels * Finals)));
        plain.Append((char)(0x1161 + syllable / Finals % Vowels));
        if (syllable % Finals is > 0 and var last) plain.Append((char)(0x11A7 + last));
    }

    private static FrozenDictionary<int, string> Load()
    {
        using StreamReader table = new(typeof(Accents).Assembly.GetManifestResourceStream("letters-without-accents.txt")!);
        Dictionary<int, string> bases = [];
        while (table.ReadLine() is { } line)
        {
            int[] codes = [.. line.Split(' ').Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            bases[codes[0]] = string.Concat(codes[1..].Select(char.ConvertFromUtf32));
        }
        return bases.ToFrozenDictionary();
    }
}
