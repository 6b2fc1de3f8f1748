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

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, EncoderCases.All.Count)];

    public static TheoryData<int> Transformers => [.. Enumerable.Range(0, EncoderCases.All.Count).Where(i => EncoderCases.All[i].Block.Contains(EncoderCases.Tiny, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void FeaturesAndGradientsAreThoseOfAnIndependentDefinition(int number) => Compare(number, EncoderCases.All[number].Outcome(computed.Folder(number)));

    [Theory]
    [MemberData(nameof(Transformers))]
    public void CheckpointingChangesNoGradient(int number)
    {
        Dictionary<string, float[]> plain = EncoderCases.All[number].Outcome(computed.Folder(number));
        Dictionary<string, float[]> again = EncoderCases.All[number].Outcome(computed.Folder(number), EncoderCases.All[number].Block.Replace("}", ", checkpoint: true}", StringComparison.Ordinal));
        Assert.Equal(plain.Keys.Order(), again.Keys.Order());
        foreach (var (name, values) in plain) Assert.Equal(values, again[name]);
    }

    [Fact]
    public void EveryTypeIsCompared() =>
        Assert.Equal(EncoderRegistry.Names.Except(["features", "torchscript"]), EncoderCases.All.Select(test => test.Spec().Type).Distinct().Order(StringComparer.Ordinal));

    private void Compare(int number, Dictionary<string, float[]> found)
    {
        using SafetensorsReader expected = SafetensorsReader.Open(Path.Combine(computed.Folder(number), "outcome.safetensors"));
        Assert.Equal(expected.Names.Order(), found.Keys.Order());
        Dictionary<string, double> errors = expected.Names.ToDictionary(name => name, name => EncoderCase.Error(found[name], expected.Read(name).As<float>().ToArray()));
        var (worst, error) = errors.MaxBy(pair => double.IsNaN(pair.Value) ? double.PositiveInfinity : pair.Value);
        TestContext.Current.TestOutputHelper?.WriteLine($"{EncoderCases.All[number]}: {error:e1} in {worst}");
        Assert.True(error < Tolerance, $"{EncoderCases.All[number]}: {worst} differs by {error:e2}");
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
            for (int i = 0; i < EncoderCases.All.Count; i++) EncoderCases.All[i].Write(_folder[$"{i}"]);
            PythonOracle.Run(
                "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import encoders; encoders.main(sys.argv[2:])",
                [Repository.Path("tests/reference"), .. Enumerable.Range(0, EncoderCases.All.Count).Select(i => _folder[$"{i}"])]);
            return true;
        }
    }
}
