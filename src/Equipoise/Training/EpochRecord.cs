using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Training;

/// <summary>What an epoch of training adds up: losses, training accuracy, the methods' own figures. Part of a checkpoint.</summary>
public sealed class EpochRecord
{
    private readonly Dictionary<string, double> _losses = [];
    private double _total;

    /// <summary>The methods' figures: sum and count of each.</summary>
    public Dictionary<string, (double Sum, int Count)> Figures { get; } = [];

    /// <summary>Correct predictions of the joint model (empty name) and of each modality alone, while training.</summary>
    public Dictionary<string, int> Correct { get; } = [];

    /// <summary>How many samples those were counted over: all (empty name), and those that have the modality.</summary>
    public Dictionary<string, int> Seen { get; } = [];

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Samples seen.</summary>
    public int Samples { get; private set; }

    /// <summary>The mean per step of what is minimised; for a method of several passes the mean over them.</summary>
    public double MeanTotal => _total / Math.Max(1, Steps);

    /// <summary>The mean per step of each loss by name; modalities have their cross-entropy here, trained or not.</summary>
    public IReadOnlyDictionary<string, double> MeanLosses => _losses.ToDictionary(pair => pair.Key, pair => pair.Value / Math.Max(1, Steps));

    /// <summary>The raw sums, to be saved.</summary>
    internal IEnumerable<KeyValuePair<string, double>> Sums()
    {
        yield return KeyValuePair.Create("total", _total);
        yield return KeyValuePair.Create("steps", (double)Steps);
        yield return KeyValuePair.Create("samples", (double)Samples);
        foreach (var (name, value) in _losses) yield return KeyValuePair.Create($"loss:{name}", value);
        foreach (var (name, value) in Correct) yield return KeyValuePair.Create($"correct:{name}", (double)value);
        foreach (var (name, value) in Seen) yield return KeyValuePair.Create($"seen:{name}", (double)value);
        foreach (var (name, (sum, count)) in Figures)
        {
            yield return KeyValuePair.Create($"figure:{name}", sum);
            yield return KeyValuePair.Create($"count:{name}", (double)count);
        }
    }

    /// <summary>A record that goes on from saved sums.</summary>
    internal static EpochRecord FromSums(IReadOnlyDictionary<string, double> sums)
    {
        EpochRecord record = new() { _total = sums.GetValueOrDefault("total"), Steps = (int)sums.GetValueOrDefault("steps"), Samples = (int)sums.GetValueOrDefault("samples") };
        foreach (var (key, value) in sums)
        {
            string name = key[(key.IndexOf(':') + 1)..];
            if (key.StartsWith("loss:", StringComparison.Ordinal)) record._losses[name] = value;
            if (key.StartsWith("correct:", StringComparison.Ordinal)) record.Correct[name] = (int)value;
            if (key.StartsWith("seen:", StringComparison.Ordinal)) record.Seen[name] = (int)value;
            if (key.StartsWith("figure:", StringComparison.Ordinal)) record.Figures[name] = (value, (int)sums[$"count:{name}"]);
        }
        return record;
    }

    internal void CountPredictions(MultimodalModel model, MethodSet methods, ModelInput batch, ForwardResult forward)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        FeatureSet features = forward.Features.Detach();
        IEnumerable<Tensor> alone = model.Modalities.Select(modality => model.UnimodalLogits(features, modality).ArgMax(1));
        Tensor together = methods.Predict(model, new ForwardResult(features, forward.Logits.Detach())).Logits.ArgMax(1);
        long[][] rows = [.. Ops.Stack([batch.Labels!, together, .. alone]).ToArray<long>().Chunk(batch.Size)]; // Read back once.
        Count("", rows[1], rows[0], null);
        foreach (var (modality, predicted) in model.Modalities.Zip(rows.Skip(2))) Count(modality, predicted, rows[0], features.Present(modality));
    }

    /// <summary>Adds the losses of a batch, or of a part of one, which counts by its share of the samples.</summary>
    internal void AddLosses(LossSet losses, StepContext context, double share = 1)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        double total = 0;
        string[] untrained = [.. context.Model.Modalities.Where(modality => context.Pass.Modality is null && losses.All.All(loss => loss.Modality != modality) && context.HasSamples(modality))];
        IEnumerable<Tensor> more = untrained.Select(modality => context.Loss.Mean(context.PresentRows(context.UnimodalLogits(modality), modality), context.PresentRows(context.Labels, modality)));
        double[] values = Ops.Stack([.. losses.All.Select(loss => loss.Value).Concat(more).Select(value => value.To(DType.Float64).Reshape())]).ToArray<double>(); // Read back once.
        foreach (var (loss, value) in losses.All.Zip(values))
        {
            if (!double.IsFinite(value)) throw new DivergedException(context.Epoch, context.Position.Step, loss.Name, loss.Modality ?? FirstBroken(context));
            total += loss.Weight * value;
            Add(loss.Name, share * value);
        }
        _total += share * total / (context.Pass.Modality is null ? 1 : context.Model.Modalities.Count);
        foreach (var (modality, value) in untrained.Zip(values.Skip(losses.All.Count))) Add(modality, share * value);
    }

    internal void EndStep(int samples)
    {
        Steps++;
        Samples += samples;
    }

    private static string? FirstBroken(StepContext context) =>
        context.Model.Modalities.FirstOrDefault(modality => !context.Forward.Features[modality].AllFinite());

    private void Add(string name, double value) => _losses[name] = _losses.GetValueOrDefault(name) + value;

    private void Count(string name, long[] predicted, long[] labels, bool[]? present)
    {
        int correct = predicted.Where((guess, row) => guess == labels[row] && (present?[row] ?? true)).Count();
        Correct[name] = Correct.GetValueOrDefault(name) + correct;
        Seen[name] = Seen.GetValueOrDefault(name) + (present?.Count(here => here) ?? labels.Length);
    }
}
