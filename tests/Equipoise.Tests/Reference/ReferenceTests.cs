using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Replay;
using Equipoise.Torch;

namespace Equipoise.Tests.Reference;

/// <summary>
/// Every method's steps against an independent program: <c>tests/reference/*.py</c>, plain PyTorch written from the papers'
/// descriptions, trains the same random cases. One process of Python serves all of them.
/// </summary>
public sealed class ReferenceTests(ReferenceTests.Trained trained) : IClassFixture<ReferenceTests.Trained>
{
    private const double Tolerance = 1e-5;

    private static readonly string[] All = ["concat", "sum", "shared", "late", "film", "gated"];

    private static readonly (string Method, string[] Fusions)[] Variants =
    [
        ("""{"name":"joint"}""", All),
        ("""{"name":"uniform"}""", All),
        ("""{"name":"ogm","alpha":0.4}""", All),
        ("""{"name":"ogm-ge","alpha":0.8,"start_epoch":1,"end_epoch":1,"parameters":"all"}""", All),
        ("""{"name":"ogm-ge","alpha":0.3,"noise":0.5,"parameters":"conv"}""", ["concat", "sum"]),
        ("""{"name":"mmpareto"}""", All),
        ("""{"name":"mmpareto","magnitude":1.2,"rescale":"encoder"}""", All),
        ("""{"name":"mgda"}""", All),
        ("""{"name":"mla"}""", ["shared"]),
        ("""{"name":"mla","head_gradient":"off","fusion":"fixed"}""", ["shared"]),
        ("""{"name":"mla","ridge":0.01,"fusion":"dynamic"}""", ["shared"]),
        ("""{"name":"mla","ridge_decay":0.1}""", ["shared"]),
        ("""{"name":"qmf"}""", ["late"]),
        ("""{"name":"qmf","margin":"released"}""", ["late"]),
        ("""{"name":"relearn","every":1,"times":1}""", ["concat", "film"]),
        ("""{"name":"relearn","every":1,"lambda":1.5}""", ["sum", "late"]),
        ("""{"name":"relearn","every":1,"reset_momentum":true,"reset_buffers":true}""", ["concat", "late"]),
        ("""[{"name":"uniform"},{"name":"ogm-ge","alpha":0.5},{"name":"relearn","every":2}]""", ["concat"]),
        ("""[{"name":"mmpareto"},{"name":"ogm","alpha":0.5}]""", ["concat", "gated"]),
    ];

    /// <summary>All cases: every method with every fusion that it takes, for two, three and four modalities.</summary>
    public static IReadOnlyList<CaseName> Cases { get; } =
    [
        .. from variant in Variants
           from fusion in variant.Fusions
           from shape in Shapes(fusion)
           select new CaseName(variant.Method, fusion, shape.Modalities, shape.Beyond),
        new CaseName("""{"name":"mla","order":["text","audio","visual"]}""", "shared", 3, true),
        new CaseName("""{"name":"unimodal","modality":"audio"}""", "late", 1, false),
        new CaseName("""{"name":"mla","fusion":"fixed","weights":[0.35,0.25,0.4]}""", "shared", 3, true),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void TheStepsAreThoseOfAnIndependentProgram(int number)
    {
        string folder = trained.Folder(number);
        Requirement.Need(File.Exists(Path.Combine(folder, "beyond.safetensors")), "needs Debian's python3-sklearn as oracle");
        using CaseTrainer trainer = new(folder);
        Dictionary<string, double[]> found = trainer.Train();
        var (worst, error) = Worst(folder, found);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Cases[number]}: {error:e1} in {worst}");
        Assert.True(error < Tolerance, $"{Cases[number]}: {worst} differs by {error:e2}");
        if (Cases[number] is not { Beyond: false, Modalities: 2 } || Cases[number].Method.Contains("relearn", StringComparison.Ordinal)) return;
        ReplayResult replayed = ReplayRunner.Run(folder, Tolerance);
        Assert.True(replayed.Passed, $"{Cases[number]}, replayed: {replayed.Worst} differs by {replayed.Error:e2}");
    }

    private static (int Modalities, bool Beyond)[] Shapes(string fusion) => fusion switch
    {
        "film" or "gated" => [(2, false), (2, true)],
        "sum" => [(2, false), (2, true), (3, true)],
        _ => [(2, false), (2, true), (3, true), (4, false)],
    };

    private static (string Name, double Error) Worst(string folder, Dictionary<string, double[]> found)
    {
        Dictionary<string, double> errors = [];
        foreach (string file in (string[])["expected.safetensors", "beyond.safetensors"])
        {
            using TensorScope scope = TensorScope.Begin();
            using SafetensorsReader reader = SafetensorsReader.Open(Path.Combine(folder, file));
            foreach (string name in reader.Names)
                errors[name] = found.TryGetValue(name, out double[]? values) ? Error(values, reader.Read(name).ToTensor().To(DType.Float64).ToArray<double>()) : double.NaN;
        }
        Assert.DoesNotContain(found.Keys.Except(errors.Keys), name => !name.StartsWith("state.relearn", StringComparison.Ordinal));
        var worst = errors.MaxBy(pair => double.IsNaN(pair.Value) ? double.PositiveInfinity : pair.Value);
        return (worst.Key, worst.Value);
    }

    /// <summary><c>‖found − expected‖ / ‖expected‖</c>, absolute where expected is 0.</summary>
    private static double Error(double[] found, double[] expected)
    {
        if (found.Length != expected.Length) return double.NaN;
        double difference = Math.Sqrt(found.Zip(expected).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        return norm > 0 ? difference / norm : difference;
    }

    /// <summary>The cases, trained by Python when the first of them is asked for.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly TempFolder _folder = new();
        private bool _ready;

        internal string Folder(int number)
        {
            if (!_ready) TrainAll();
            return _folder[$"{number}"];
        }

        public void Dispose() => _folder.Dispose();

        private void TrainAll()
        {
            for (int i = 0; i < Cases.Count; i++) RandomCase.Write(_folder[$"{i}"], Cases[i]);
            PythonOracle.Run(
                "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import run_cases; run_cases.main(sys.argv[2:])",
                [Repository.Path("tests/reference"), .. Enumerable.Range(0, Cases.Count).Select(i => _folder[$"{i}"])]);
            _ready = true;
        }
    }
}
