using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Gradients;

/// <summary>
/// The gradients of a joint loss and of unimodal losses, apart: loss × encoder. Methods combine what an encoder receives;
/// parameters outside the encoders keep the plain sum. An encoder's gradients are those of its parameters, or of the features that it gave.
/// </summary>
public sealed class GradientTable
{
    private readonly Dictionary<string, GradientPair> _pairs;
    private readonly List<(Tensor Of, Tensor Gradient)> _final;
    private readonly HashSet<Tensor> _features;

    private GradientTable(Dictionary<string, GradientPair> pairs, List<(Tensor, Tensor)> others, IEnumerable<Tensor> features)
    {
        _pairs = pairs;
        _final = others;
        _features = [.. features];
    }

    /// <summary>
    /// One backward pass per loss: the joint one (and all others without a modality) through everything, a unimodal one through
    /// its encoder and what stands outside the encoders. Frozen parameters are left out, and an encoder that is frozen whole has no pair.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="losses">The losses of a pass.</param>
    /// <param name="features">The features of its forward pass, to take their gradients (of the samples that have the modality) and go no further back; null for those of the parameters.</param>
    public static GradientTable Collect(MultimodalModel model, LossSet losses, FeatureSet? features = null)
    {
        Dictionary<string, Tensor[]> encoders = model.Modalities.ToDictionary(name => name, name => Learning(
            features is null ? model.EncoderParameters(name) : features.Encoded.Where(pair => pair.Key == name).Select(pair => (pair.Key, pair.Value))));
        HashSet<Tensor> inside = [.. model.Modalities.SelectMany(model.EncoderParameters).Select(pair => pair.Tensor)];
        Tensor[] outside = [.. Learning(model.NamedParameters()).Where(tensor => !inside.Contains(tensor))];
        Tensor[] all = [.. encoders.Values.SelectMany(tensors => tensors), .. outside];

        LossSet whole = new();
        foreach (NamedLoss loss in losses.All.Where(loss => loss.Modality is null)) whole.Add(loss.Name, loss.Value, loss.Weight);
        Tensor?[] joint = Gradients(whole.Total(), all);
        Dictionary<Tensor, Tensor?> sum = all.Zip(joint).ToDictionary(pair => pair.First, pair => pair.Second);
        Dictionary<string, GradientPair> pairs = [];
        foreach (NamedLoss loss in losses.All.Where(loss => loss.Modality is not null))
        {
            Tensor[] own = encoders[loss.Modality!];
            Tensor?[] gradients = Gradients(loss.Weighted, [.. own, .. outside]);
            int[] used = [.. Enumerable.Range(0, own.Length).Where(i => sum[own[i]] is not null || gradients[i] is not null)]; // Part of an encoder may be for another modality.
            if (used.Length > 0) pairs[loss.Modality!] = new GradientPair([.. used.Select(i => own[i])], [.. used.Select(i => (OrZero(sum[own[i]], own[i]), OrZero(gradients[i], own[i])))]);
            for (int i = 0; i < outside.Length; i++)
                if (gradients[own.Length + i] is { } gradient) sum[outside[i]] = sum[outside[i]] is { } earlier ? earlier + gradient : gradient;
        }
        List<(Tensor, Tensor)> rest = [.. outside.Where(parameter => sum[parameter] is not null).Select(parameter => (parameter, sum[parameter]!))];
        foreach (string modality in model.Modalities.Where(modality => !pairs.ContainsKey(modality)))
            rest.AddRange(encoders[modality].Where(parameter => sum[parameter] is not null).Select(parameter => (parameter, sum[parameter]!)));
        return new GradientTable(pairs, rest, features is null ? [] : encoders.Values.SelectMany(tensors => tensors));
    }

    /// <summary>Collects, lets a rule decide what each encoder gets (gradients are off), and puts all in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="losses">The losses of a pass.</param>
    /// <param name="decide">What an encoder gets, tensor by tensor.</param>
    /// <param name="features">As in <see cref="Collect"/>.</param>
    public static void Combine(MultimodalModel model, LossSet losses, Func<string, GradientPair, Tensor[]> decide, FeatureSet? features = null)
    {
        GradientTable table = Collect(model, losses, features);
        using (GradMode.Off())
        {
            foreach (string modality in model.Modalities)
                if (table.Pair(modality) is { } pair) table.Replace(modality, decide(modality, pair));
        }
        table.Write();
    }

    /// <summary>What an encoder receives; null where its modality had no loss of its own in this batch.</summary>
    public GradientPair? Pair(string modality) => _pairs.GetValueOrDefault(modality);

    /// <summary>Decides what an encoder gets, tensor by tensor.</summary>
    public void Replace(string modality, Tensor[] gradients) => _final.AddRange(_pairs[modality].Parameters.Zip(gradients));

    /// <summary>Puts every decided gradient in place; what was decided for features goes back through their encoders, in one pass for all.</summary>
    public void Write()
    {
        Tensor? inner = null; // Its gradient by the features is what was decided for them.
        foreach (var (of, gradient) in _final)
        {
            if (!_features.Contains(of)) of.Grad = gradient;
            else inner = inner is null ? (of * gradient).Sum() : inner + (of * gradient).Sum();
        }
        if (inner is not null) Autograd.Backward(inner);
    }

    private static Tensor[] Learning(IEnumerable<(string Name, Tensor Tensor)> parameters) =>
        [.. parameters.Select(pair => pair.Tensor).Where(tensor => tensor.RequiresGrad)];

    /// <summary>The gradients of a loss; none where all that it depends on is frozen.</summary>
    private static Tensor?[] Gradients(Tensor loss, Tensor[] parameters) =>
        parameters.Length > 0 && loss.RequiresGrad ? Autograd.Gradients(loss, parameters, retainGraph: true) : new Tensor?[parameters.Length];

    private static Tensor OrZero(Tensor? gradient, Tensor parameter) => gradient ?? Tensor.Zeros(parameter.Shape);
}

/// <summary>The multimodal and the unimodal gradient of one encoder, tensor by tensor.</summary>
/// <param name="Parameters">The encoder's parameters, or the features that it gave.</param>
/// <param name="Tensors">Both gradients of each.</param>
public sealed record GradientPair(Tensor[] Parameters, (Tensor Multimodal, Tensor Unimodal)[] Tensors)
{
    /// <summary>The inner products of the multimodal and the unimodal gradient of each parameter.</summary>
    public Gram[] Grams { get; } = Gram.Of([.. Tensors.Select(pair => pair.Multimodal)], [.. Tensors.Select(pair => pair.Unimodal)]);

    /// <summary>The same over the whole encoder.</summary>
    public Gram Gram => Grams.Aggregate((one, other) => one + other);

    /// <summary><c>p·g_m + q·g_u</c>, tensor by tensor.</summary>
    internal Tensor[] Mix(double p, double q) => [.. Tensors.Select(pair => GradientOps.Mix(pair.Multimodal, pair.Unimodal, p, q))];
}
