using System.Text.Json;
using Equipoise.Data.Text;

namespace Equipoise.Data.Tests.Text;

/// <summary>Texts fall apart as BERT's tokenizer makes them: compared with an independent program over awkward and over random texts.</summary>
public sealed class TextTests
{
    private const string Oracle = """
        import json, sys, unicodedata
        texts, vocab, lower = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), sys.argv[3] == 'True'
        number = {t: i for i, t in enumerate(vocab)}
        def chinese(c): return any(a <= c <= b for a, b in [(0x4E00,0x9FFF),(0x3400,0x4DBF),(0x20000,0x2A6DF),(0x2A700,0x2B73F),(0x2B740,0x2B81F),(0x2B820,0x2CEAF),(0xF900,0xFAFF),(0x2F800,0x2FA1F)])
        def mark(ch):
            c = ord(ch)
            return 33 <= c <= 47 or 58 <= c <= 64 or 91 <= c <= 96 or 123 <= c <= 126 or unicodedata.category(ch).startswith('P')
        def words(text):
            out = ''
            for ch in text:
                c, cat = ord(ch), unicodedata.category(ch)
                if c in (0, 0xFFFD) or (ch not in '\t\n\r' and cat.startswith('C')): continue
                out += ' ' if ch in ' \t\n\r' or cat == 'Zs' else f' {ch} ' if chinese(c) else ch
            for word in out.split():
                if lower: word = ''.join(ch for ch in unicodedata.normalize('NFD', word.lower()) if unicodedata.category(ch) != 'Mn')
                piece = ''
                for ch in word:
                    if mark(ch):
                        if piece: yield piece
                        yield ch; piece = ''
                    else: piece += ch
                if piece: yield piece
        def pieces(word):
            if len(word) > 100: return [number['[UNK]']]
            at, got = 0, []
            while at < len(word):
                for end in range(len(word), at, -1):
                    token = ('##' if at else '') + word[at:end]
                    if token in number: got.append(number[token]); at = end; break
                else: return [number['[UNK]']]
            return got
        json.dump([[p for w in words(t) for p in pieces(w)] for t in texts], open(sys.argv[4], 'w'))
        """;

    private static readonly string[] Vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##want", "##ed", "run", "##ning", "the", "caf", "##e", "cafe", "na", "##ive", "!", ",", ".", "'", "$", "#", "^", "中", "国",
        .. "abcdefghijklmnopqrstuvwxyz".Select(letter => $"{letter}"), .. "abcdefghijklmnopqrstuvwxyz".Select(letter => $"##{letter}"), "À", "¿", "—",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WordPiecesAreThoseOfAnIndependentProgram(bool lower)
    {
        using TempFolder folder = new();
        SeededRandom random = new(3);
        const string alphabet = "abcdeXYZ éÀñ中国\u00a0\t!,.'$#^—¿\u0301\u200b\ufffd\u0007😀";
        string[] letters = [.. System.Globalization.StringInfo.GetTextElementEnumerator(alphabet) is var all ? Elements(all) : []];
        string[] texts =
        [
            "한국어 각 Ǖ ﬁ", "UNwantéd,running", "  the café — naïve!  ", "中国 and中文", "", "\0\u0001", new string('a', 100), new string('a', 101), "x😀y", "e\u0301te\u0301", "$9.99#now^up", "don't",
            .. Enumerable.Range(0, 200).Select(_ => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)]))),
        ];
        File.WriteAllText(folder["texts"], JsonSerializer.Serialize(texts));
        File.WriteAllText(folder["vocab"], JsonSerializer.Serialize(Vocabulary));
        PythonOracle.Run(Oracle, folder["texts"], folder["vocab"], $"{lower}", folder["out"]);
        int[][] expected = JsonSerializer.Deserialize<int[][]>(File.ReadAllText(folder["out"]))!;
        Vocabulary vocabulary = new(Vocabulary);
        for (int i = 0; i < texts.Length; i++)
            Assert.Equal(expected[i], BasicTokenizer.Words(texts[i], lower).SelectMany(vocabulary.Pieces));
    }

    [Fact]
    public void AVocabularyIsBuiltOfTheMostFrequentWords()
    {
        Vocabulary vocabulary = Data.Text.Vocabulary.Build(["the cat, the dog", "The bird"], lower: true, most: 3, leastCount: 1);
        Assert.Equal(["[PAD]", "[UNK]", "the", ",", "bird"], vocabulary.Tokens);
        Assert.Equal((2, 1), (vocabulary.Word("the"), vocabulary.Word("cat")));
    }

    [Theory]
    [InlineData("{type: text, length: 6, vocabulary_file: vocab.txt}", "running the café", "7 8 9 12 0 0", 2)]
    [InlineData("{type: text, length: 6, vocabulary_file: vocab.txt, special_tokens: true}", "running the café", "2 7 8 9 12 3", 0)]
    [InlineData("{type: text, length: 4, vocabulary_file: vocab.txt, special_tokens: true}", "running the café", "2 7 8 3", 0)]
    [InlineData("{type: text, length: 5}", "a dog a moon", "2 3 2 1 0", 1)]
    public void TextsBecomeNumbersAndAMaskOfWhatIsFilledIn(string yaml, string text, string expected, int filled)
    {
        using TempFolder folder = new();
        File.WriteAllLines(folder["vocab.txt"], Vocabulary);
        ProblemList problems = new();
        Equipoise.Data.Preparation.TextRecipe recipe = (Equipoise.Data.Preparation.TextRecipe)Equipoise.Data.Preparation.TextRecipe.Read(YamlMap.Parse(yaml, "test", problems), folder["."])!.Fit(["a a dog", ""]);
        problems.ThrowIfAny();
        Equipoise.Data.Media.Decoded decoded = Assert.Single(recipe.Prepare([text], TestContext.Current.CancellationToken));
        Assert.Equal(expected, string.Join(' ', decoded.Data!.Chunk(8).Select(bytes => BitConverter.ToInt64(bytes))));
        Assert.Equal(filled, decoded.Companions![0].Count(mark => mark == 1));
        Equipoise.Data.Preparation.Recipe again = Equipoise.Data.Preparation.Recipe.Read(YamlMap.Parse(recipe.ToJson().ToJsonString(), "pack", problems))!;
        Assert.Equal(decoded.Data, Assert.Single(again.Prepare([text], TestContext.Current.CancellationToken)).Data);
    }

    [Theory]
    [InlineData("{type: text, vocabulary_file: none.txt}", "does not exist")]
    [InlineData("{type: text, vocabulary_file: words.txt}", "not both [PAD] and [UNK]")]
    [InlineData("{type: text, vocabulary: [\"[PAD]\", \"[UNK]\"], special_tokens: true}", "[CLS] and [SEP]")]
    public void AVocabularyThatIsNoneIsRefused(string yaml, string expected)
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["words.txt"], "some\nwords\n");
        ProblemList problems = new();
        Assert.Null(Equipoise.Data.Preparation.TextRecipe.Read(YamlMap.Parse(yaml, "test", problems), folder["."]));
        Assert.Contains(expected, Assert.Throws<ProblemException>(problems.ThrowIfAny).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Elements(System.Globalization.TextElementEnumerator elements)
    {
        while (elements.MoveNext()) yield return elements.GetTextElement();
    }
}
