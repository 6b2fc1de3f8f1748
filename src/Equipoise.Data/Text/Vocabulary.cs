using System.Text;
using Equipoise.Formats;

namespace Equipoise.Data.Text;

/// <summary>The tokens of a text model: their numbers, and how words fall apart into them.</summary>
internal sealed class Vocabulary
{
    internal const string Pad = "[PAD]", Unknown = "[UNK]", Start = "[CLS]", End = "[SEP]";
    private const int LongestWord = 100, MostTokens = 1_000_000;
    private const long LongestFile = 64L << 20;
    private readonly Dictionary<string, int> _numbers;

    /// <summary>A vocabulary of some tokens, numbered by position; of equal ones the last counts, as in BERT's loader.</summary>
    internal Vocabulary(IReadOnlyList<string> tokens)
    {
        Tokens = tokens;
        _numbers = new Dictionary<string, int>(tokens.Count);
        for (int i = 0; i < tokens.Count; i++) _numbers[tokens[i]] = i;
    }

    /// <summary>The tokens.</summary>
    internal IReadOnlyList<string> Tokens { get; }

    /// <summary>The number of a token; null where there is none.</summary>
    internal int? Number(string token) => _numbers.TryGetValue(token, out int number) ? number : null;

    /// <summary>Reads a <c>vocab.txt</c>, a token a line.</summary>
    /// <exception cref="InvalidFileException">It does not exist, is no such list, or lacks [PAD] or [UNK].</exception>
    internal static Vocabulary Load(string path)
    {
        string[] tokens = WholeFile.ReadText(path, LongestFile).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Vocabulary vocabulary = new(tokens);
        if (tokens.Length > MostTokens || vocabulary.Number(Pad) is null || vocabulary.Number(Unknown) is null)
            throw new InvalidFileException(path, $"holds {tokens.Length} lines and not both {Pad} and {Unknown}", "give BERT's vocab.txt, a token a line");
        return vocabulary;
    }

    /// <summary>The most frequent words of some texts, after [PAD] and [UNK]; of equally frequent ones the first by name.</summary>
    internal static Vocabulary Build(IEnumerable<string> texts, bool lower, int most, int leastCount) => new(
        [Pad, Unknown, .. texts.SelectMany(text => BasicTokenizer.Words(text, lower)).CountBy(word => word)
            .Where(pair => pair.Value >= leastCount).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => pair.Key)]);

    /// <summary>WordPiece: the longest token that begins the word, then the longest that goes on (<c>##…</c>), and so forth; [UNK] where it does not work out.</summary>
    internal IEnumerable<int> Pieces(string word)
    {
        int unknown = _numbers[Unknown];
        int[] starts = [.. Starts(word)];
        if (starts.Length - 1 > LongestWord) return [unknown];
        List<int> pieces = [];
        for (int from = 0; from < starts.Length - 1;)
        {
            int to = starts.Length - 1;
            int number = -1;
            while (to > from && !_numbers.TryGetValue((from > 0 ? "##" : "") + word[starts[from]..starts[to]], out number)) to--;
            if (to == from) return [unknown];
            pieces.Add(number);
            from = to;
        }
        return pieces;
    }

    /// <summary>A whole word's number, or that of [UNK].</summary>
    internal int Word(string word) => Number(word) ?? _numbers[Unknown];

    /// <summary>Where the word's characters begin, and its end.</summary>
    private static IEnumerable<int> Starts(string word)
    {
        int at = 0;
        foreach (Rune rune in word.EnumerateRunes())
        {
            yield return at;
            at += rune.Utf16SequenceLength;
        }
        yield return at;
    }
}
