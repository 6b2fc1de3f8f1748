using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Data.Text;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>
/// Texts to token numbers <c>(length)</c>, int64: by BERT's WordPiece and its <c>vocab.txt</c>, or by whole words of a vocabulary built from
/// train. What is shorter is filled with [PAD], which the companion <c>mask</c> (bool) marks.
/// </summary>
/// <param name="Vocabulary">The tokens; null before one has been built from train.</param>
/// <param name="Pieces">Whether words fall apart into pieces (BERT), or stand whole.</param>
/// <param name="Length">Tokens kept.</param>
/// <param name="Lower">Whether letters are lower-cased and lose their accents.</param>
/// <param name="Special">Whether [CLS] and [SEP] are put around the text.</param>
/// <param name="Words">Most words of a vocabulary built from train.</param>
/// <param name="LeastCount">How often a word has to stand in train.</param>
internal sealed record TextRecipe(Vocabulary? Vocabulary, bool Pieces, int Length, bool Lower, bool Special, int Words, int LeastCount) : Recipe
{
    internal override ModalityKind Kind => ModalityKind.Text;

    internal override long[] Shape => [Length];

    internal override ElementType Type => ElementType.Int64;

    internal override CellForm Cell => CellForm.Text;

    internal override IReadOnlyList<Companion> Companions => [new Companion("mask", ElementType.Bool, [Length])];

    internal static new TextRecipe? Read(YamlMap map, string folder)
    {
        int length = map.Integer("length", 256, 1, 65536);
        bool lower = map.Flag("lower", true), special = map.Flag("special_tokens", false);
        int words = map.Integer("words", 20_000, 1, 1_000_000), least = map.Integer("min_count", 1, 1);
        string? file = map.Text("vocabulary_file");
        IReadOnlyList<string>? tokens = map.Texts("vocabulary");
        bool pieces = map.Flag("pieces", file is not null);
        try
        {
            Vocabulary? vocabulary = file is not null ? Vocabulary.Load(Path.Combine(folder, file)) : tokens is null ? null : new Vocabulary(tokens);
            bool whole = vocabulary is null || ((string[])[Vocabulary.Pad, Vocabulary.Unknown]).All(token => vocabulary.Number(token) is not null);
            bool framed = !special || (vocabulary?.Number(Vocabulary.Start) is not null && vocabulary.Number(Vocabulary.End) is not null);
            if (whole && framed) return new TextRecipe(vocabulary, pieces, length, lower, special, words, least);
            map.Problem("special_tokens", "want a vocabulary with [CLS] and [SEP]", "give BERT's vocab.txt as vocabulary_file, or leave special_tokens out");
        }
        catch (InvalidFileException error)
        {
            map.Problem("vocabulary_file", error.Message, "");
        }
        return null;
    }

    internal override JsonObject ToJson() => new()
    {
        ["type"] = "text",
        ["length"] = Length,
        ["lower"] = Lower,
        ["special_tokens"] = Special,
        ["pieces"] = Pieces,
        ["vocabulary"] = new JsonArray([.. (Vocabulary?.Tokens ?? []).Select(token => (JsonNode)token)]),
    };

    /// <summary>Builds the vocabulary from train's texts where none was given.</summary>
    internal override Recipe Fit(IEnumerable<string> trainCells) =>
        Vocabulary is not null ? this : this with { Vocabulary = Vocabulary.Build(trainCells, Lower, Words, LeastCount) };

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation) => [.. files.Select(Encode)];

    private Decoded Encode(string text)
    {
        Vocabulary vocabulary = Vocabulary ?? throw new InvalidOperationException("a text recipe is fitted to train before it prepares");
        IEnumerable<int> tokens = BasicTokenizer.Words(text, Lower).SelectMany(word => Pieces ? vocabulary.Pieces(word) : [vocabulary.Word(word)]);
        if (Special) tokens = [vocabulary.Number(Vocabulary.Start)!.Value, .. tokens.Take(Length - 2), vocabulary.Number(Vocabulary.End)!.Value];
        long[] ids = [.. tokens.Take(Length).Select(token => (long)token)];
        int count = ids.Length;
        Array.Resize(ref ids, Length);
        Array.Fill(ids, vocabulary.Number(Vocabulary.Pad)!.Value, count, Length - count);
        byte[] mask = [.. Enumerable.Range(0, Length).Select(i => (byte)(i < count ? 0 : 1))];
        return new Decoded(MemoryMarshal.AsBytes<long>(ids).ToArray(), null, [mask]);
    }
}
