using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Formats;

namespace Equipoise.Tests.Encoders;

/// <summary>
/// Every encoder, forward and backward, in training and in use, against <c>tests/reference/encoders.py</c>: definitions of its own, by
/// torch's and torchvision's modules. Odd sizes, masks, and gradient checkpointing, which has to change nothing.
/// </summary>
public sealed class EncoderReferenceTests(EncoderReferenceTests.Computed computed) : IClassFixture<EncoderReferenceTests.Computed>
{
    private const double Tolerance = 1e-5;
    private const string Tiny = "width: 24, depth: 3, heads: 3";

    /// <summary>All cases.</summary>
    public static IReadOnlyList<EncoderCase> Cases { get; } =
    [
        new("{type: mlp, widths: [9, 5]}", ModalityKind.Features, [7]),
        new("{type: mlp, widths: [4]}", ModalityKind.Sequence, [5, 3]),
        new("{type: cnn, channels: [5, 7]}", ModalityKind.Image, [19, 23, 3]),
        new("{type: cnn, channels: [5, 7], norm: batch}", ModalityKind.Video, [3, 17, 13, 3]),
        new("type: resnet18", ModalityKind.Flow, [2, 67, 49, 2]),
        new("type: resnet18", ModalityKind.Spectrogram, [1, 65, 77]),
        new("type: resnet34", ModalityKind.Image, [70, 97, 3]),
        new("type: resnet50", ModalityKind.Image, [67, 97, 3]),
        new($"{{type: vit, {Tiny}, patch: 8}}", ModalityKind.Image, [19, 30, 3]),
        new($"{{type: vit, {Tiny}, patch: 8}}", ModalityKind.Video, [2, 16, 16, 3]),
        new($"{{type: cav-mae, {Tiny}}}", ModalityKind.Spectrogram, [1, 35, 67]),
        new($"{{type: cav-mae, {Tiny}, patch: 8}}", ModalityKind.Image, [17, 33, 3]),
        new($"{{type: cav-mae, {Tiny}, patch: 8}}", ModalityKind.Video, [3, 16, 24, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Image, [33, 50, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23, patch: 8, variant: mla-release}}", ModalityKind.Image, [24, 16, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [11]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [11], Masked: true),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23, variant: mla-release}}", ModalityKind.Text, [11], Masked: true),
        new($"{{type: transformer, {Tiny}}}", ModalityKind.Sequence, [9, 5]),
        new($"{{type: transformer, {Tiny}}}", ModalityKind.Sequence, [9, 5], Masked: true),
        new($"{{type: text, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, positions: 20, dropout: 0}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, positions: 13, dropout: 0, pooling: mean}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, dropout: 0, pooling: first}}", ModalityKind.Text, [13]),
        new("{type: gru, width: 7}", ModalityKind.Sequence, [9, 5]),
        new("{type: gru, width: 7, layers: 2, bidirectional: true}", ModalityKind.Sequence, [9, 5], Masked: true),
        new("{type: temporal-conv, channels: [6, 8], kernel: 3, stride: 2}", ModalityKind.Sequence, [11, 5], Masked: true),
        new("{type: temporal-conv, channels: [6, 8], kernel: 5, stride: 3, norm: none}", ModalityKind.Sequence, [11, 5]),
        new("{type: mvcnn, backbone: cnn, channels: [5, 7]}", ModalityKind.Video, [3, 17, 13, 3]),
        new("{type: mvcnn, backbone: resnet18, pool: mean}", ModalityKind.Video, [3, 65, 67, 1]),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Count)];

    public static TheoryData<int> Transformers => [.. Enumerable.Range(0, Cases.Count).Where(i => Cases[i].Block.Contains(Tiny, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void FeaturesAndGradientsAreThoseOfAnIndependentDefinition(int number) => Compare(number, Cases[number].Outcome(computed.Folder(number)));

    [Theory]
    [MemberData(nameof(Transformers))]
    public void CheckpointingChangesNoGradient(int number)
    {
        Dictionary<string, float[]> plain = Cases[number].Outcome(computed.Folder(number));
        Dictionary<string, float[]> again = Cases[number].Outcome(computed.Folder(number), Cases[number].Block.Replace("}", ", checkpoint: true}", StringComparison.Ordinal));
        Assert.Equal(plain.Keys.Order(), again.Keys.Order());
        foreach (var (name, values) in plain) Assert.Equal(values, again[name]);
    }

    [Fact]
    public void EveryTypeIsCompared() =>
        Assert.Equal(EncoderRegistry.Names.Except(["features", "torchscript"]), Cases.Select(test => test.Spec().Type).Distinct().Order(StringComparer.Ordinal));

    private void Compare(int number, Dictionary<string, float[]> found)
    {
        using SafetensorsReader expected = SafetensorsReader.Open(Path.Combine(computed.Folder(number), "outcome.safetensors"));
        Assert.Equal(expected.Names.Order(), found.Keys.Order());
        Dictionary<string, double> errors = expected.Names.ToDictionary(name => name, name => Error(found[name], expected.Read(name).As<float>().ToArray()));
        var (worst, error) = errors.MaxBy(pair => double.IsNaN(pair.Value) ? double.PositiveInfinity : pair.Value);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Cases[number]}: {error:e1} in {worst}");
        Assert.True(error < Tolerance, $"{Cases[number]}: {worst} differs by {error:e2}");
    }

    /// <summary><c>‖found − expected‖ / ‖expected‖</c>, at least 1e-3 below the line: a gradient that is 0 but for rounding has no relative error.</summary>
    private static double Error(float[] found, float[] expected)
    {
        if (found.Length != expected.Length) return double.NaN;
        double difference = Math.Sqrt(found.Zip(expected).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        return difference / Math.Max(1e-3, Math.Sqrt(expected.Sum(value => (double)value * value)));
    }

    /// <summary>The cases, computed by Python when the first of them is asked for.</summary>
    public sealed class Computed : IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly Lazy<bool> _ready;

        public Computed() => _ready = new Lazy<bool>(ComputeAll);

        internal string Folder(int number)
        {
            _ = _ready.Value;
            return _folder[$"{number}"];
        }

        public void Dispose() => _folder.Dispose();

        private bool ComputeAll()
        {
            for (int i = 0; i < Cases.Count; i++) Cases[i].Write(_folder[$"{i}"]);
            PythonOracle.Run(
                "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import encoders; encoders.main(sys.argv[2:])",
                [Repository.Path("tests/reference"), .. Enumerable.Range(0, Cases.Count).Select(i => _folder[$"{i}"])]);
            return true;
        }
    }
}
