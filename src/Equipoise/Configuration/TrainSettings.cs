using System.Runtime.Intrinsics.X86;
using Equipoise.Data;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Configuration;

/// <summary>The <c>train</c> block: everything but model, method and data.</summary>
public sealed record TrainSettings
{
    /// <summary>Epochs; 100 by default.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples of a batch; 64 by default.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Batches whose mean gradient makes one step of the optimiser; 1 by default.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Bytes that the tensors of a step may take; larger batches are split. 0, the default, for no bound.</summary>
    public long Memory { get; init; }

    /// <summary>What moves the parameters.</summary>
    public OptimizerSpec Optimizer { get; init; } = new();

    /// <summary>Parts that do not learn; none by default.</summary>
    public FreezePlan Freeze { get; init; } = FreezePlan.None;

    /// <summary>How the step size falls; by 0.1 every 70 epochs by default.</summary>
    public Schedule Schedule { get; init; } = new(ScheduleKind.Step);

    /// <summary>Seed of every stream of randomness; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>What encoders compute in: null, the default, for single precision, or a half one (parameters and everything after the features stay in single precision).</summary>
    public DType? HalfPrecision { get; init; }

    /// <summary>Where the model is trained; the processor by default.</summary>
    public Device Device { get; init; }

    /// <summary>Whether a card may round the factors of products in single precision to 10 bits; false by default.</summary>
    public bool Tf32 { get; init; }

    /// <summary>Whether a card has to give the same bits every time; true by default.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>Threads of an operator; 0, the default, for all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Epochs without improvement on val after which training stops; 0, the default, for never.</summary>
    public int Patience { get; init; }

    /// <summary>Bound of the gradient's norm; 0, the default, for none.</summary>
    public double ClipNorm { get; init; }

    /// <summary>From 0, the default, to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether rare classes weigh more; false by default.</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>Which samples an epoch visits; all, shuffled, by default.</summary>
    public Sampling Sampling { get; init; } = Sampling.Shuffled;

    /// <summary>Whether a last batch with fewer samples is left out; false by default.</summary>
    public bool DropLast { get; init; }

    /// <summary>Batches assembled at a time; 1 by default. They are the same however many.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Modalities that go missing at random; none by default.</summary>
    public MissingSettings Missing { get; init; } = new();

    /// <summary>What <c>precision</c> may say.</summary>
    internal static IReadOnlyDictionary<string, DType?> Precisions { get; } = new Dictionary<string, DType?>
    {
        ["float32"] = null,
        ["bfloat16"] = DType.BFloat16,
        ["float16"] = DType.Float16,
    };

    /// <summary>The name of <see cref="HalfPrecision"/>.</summary>
    internal string Precision => Precisions.Single(pair => pair.Value == HalfPrecision).Key;

    /// <summary>What <c>sampling</c> may say.</summary>
    internal static IReadOnlyDictionary<string, Sampling> Samplings { get; } = new Dictionary<string, Sampling>
    {
        ["shuffled"] = Sampling.Shuffled,
        ["classes"] = Sampling.BalancedClasses,
        ["groups"] = Sampling.BalancedGroups,
    };

    /// <summary>How train is delivered.</summary>
    internal LoaderOptions Loading(ulong seed) =>
        new() { BatchSize = BatchSize, Seed = seed, Sampling = Sampling, Augment = true, DropLast = DropLast, Workers = Workers, Pinned = Device.IsCuda };

    /// <summary>Reads a <c>train</c> block.</summary>
    internal static TrainSettings Read(YamlMap map)
    {
        Device device = ReadDevice(map);
        TrainSettings defaults = new();
        return new TrainSettings
        {
            HalfPrecision = ReadPrecision(map, device),
            Device = device,
            Tf32 = map.Flag("tf32", false),
            Deterministic = map.Flag("deterministic", true),
            Epochs = map.Integer("epochs", defaults.Epochs, min: 1, max: 1_000_000),
            BatchSize = map.Integer("batch_size", defaults.BatchSize, min: 1, max: 1_000_000),
            Accumulate = map.Integer("accumulate", defaults.Accumulate, min: 1, max: 1_000_000),
            Memory = MemorySize.Read(map, "memory"),
            Optimizer = OptimizerSpec.Read(map.Map("optimizer")),
            Freeze = FreezePlan.Read(map),
            Schedule = ReadSchedule(map.Map("schedule")),
            Seed = map.Integer("seed", 0, min: 0),
            Threads = map.Integer("threads", 0, min: 0, max: 4096),
            Patience = map.Integer("patience", 0, min: 0),
            ClipNorm = map.Number("clip_norm", 0, min: 0),
            LabelSmoothing = map.Number("label_smoothing", 0, min: 0, max: 0.999),
            BalancedClasses = map.Choice("class_weights", "none", ["none", "balanced"]) == "balanced",
            Sampling = Samplings[map.Choice("sampling", "shuffled", [.. Samplings.Keys])],
            DropLast = map.Choice("last_batch", "keep", ["keep", "drop"]) == "drop",
            Workers = map.Integer("workers", 1, min: 1, max: 256),
            Missing = MissingSettings.Read(map.Map("missing")),
        };
    }

    /// <summary>A name that libtorch knows; whether the device is here is asked where it is used, as runs are opened on other machines too.</summary>
    private static Device ReadDevice(YamlMap map)
    {
        string name = map.Text("device") ?? "cpu";
        if (!Device.TryParse(name, out Device device)) map.Problem("device", $"is {name}, which libtorch does not know", "write cpu, cuda or, of several cards, cuda:1");
        return device;
    }

    private static DType? ReadPrecision(YamlMap map, Device device)
    {
        string precision = map.Choice("precision", "float32", [.. Precisions.Keys]);
        if (precision == "bfloat16" && device.IsCpu && !Avx512BW.IsSupported) map.Problem("precision", "is bfloat16, which libtorch computes fast only on processors with AVX-512; this one has none", "write float32");
        if (precision == "float16" && !device.IsCuda) map.Problem("precision", $"is float16, which train.device {device} does not compute", "write bfloat16, or device: cuda");
        return Precisions[precision];
    }

    private static Schedule ReadSchedule(YamlMap? map)
    {
        if (map is null) return new Schedule(ScheduleKind.Step);
        ScheduleKind kind = Enum.Parse<ScheduleKind>(map.Choice("type", "step", ["constant", "step", "cosine"]), ignoreCase: true);
        int warmup = map.Integer("warmup", 0, min: 0);
        return kind == ScheduleKind.Step
            ? new Schedule(kind, map.Integer("every", 70, min: 1), map.Number("factor", 0.1, min: 0, max: 1), warmup)
            : new Schedule(kind, Warmup: warmup);
    }
}
