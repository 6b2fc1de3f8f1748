using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Gradients;

/// <summary>
/// The gradients of a joint loss and of unimodal losses, apart: loss × encoder. Methods combine what an encoder receives;
/// parameters outside the encoders keep the plain sum.
/// </summary>
public sealed class GradientTable
{
    private readonly Dictionary<string, GradientPair> _pairs;
    private readonly List<(Tensor Parameter, Tensor Gradient)> _final;

    private GradientTable(Dictionary<string, GradientPair> pairs, List<(Tensor, Tensor)> others)
    {
        _pairs = pairs;
        _final = others;
    }

    /// <summary>
    /// One backward pass per loss: the joint one (and all others without a modality) through everything, a unimodal one through
    /// its encoder and what stands outside the encoders. Frozen parameters are left out, and an encoder that is frozen whole has no pair.
    /// </summary>
    public static GradientTable Collect(MultimodalModel model, LossSet losses)
    {
        Dictionary<string, Tensor[]> encoders = model.Modalities.ToDictionary(name => name, name => Learning(model.EncoderParameters(name)));
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
        return new GradientTable(pairs, rest);
    }

    /// <summary>Collects, lets a rule decide what each encoder gets (gradients are off), and puts all in place.</summary>
    public static void Combine(MultimodalModel model, LossSet losses, Func<string, GradientPair, Tensor[]> decide)
    {
        GradientTable table = Collect(model, losses);
        using GradMode off = GradMode.Off();
        foreach (string modality in model.Modalities)
            if (table.Pair(modality) is { } pair) table.Replace(modality, decide(modality, pair));
        table.Write();
    }

    /// <summary>What an encoder receives; null where its modality had no loss of its own in this batch.</summary>
    public GradientPair? Pair(string modality) => _pairs.GetValueOrDefault(modality);

    /// <summary>Decides what an encoder gets, tensor by tensor.</summary>
    public void Replace(string modality, Tensor[] gradients) => _final.AddRange(_pairs[modality].Parameters.Zip(gradients));

    /// <summary>Puts every decided gradient in place.</summary>
    public void Write()
    {
        foreach (var (parameter, gradient) in _final) parameter.Grad = gradient;
    }

    private static Tensor[] Learning(IEnumerable<(string Name, Tensor Tensor)> parameters) =>
        [.. parameters.Select(pair => pair.Tensor).Where(tensor => tensor.RequiresGrad)];

    /// <summary>The gradients of a loss; none where all that it depends on is frozen.</summary>
    private static Tensor?[] Gradients(Tensor loss, Tensor[] parameters) =>
        parameters.Length > 0 && loss.RequiresGrad ? Autograd.Gradients(loss, parameters, retainGraph: true) : new Tensor?[parameters.Length];

    private static Tensor OrZero(Tensor? gradient, Tensor parameter) => gradient ?? Tensor.Zeros(parameter.Shape);
}

/// <summary>The multimodal and the unimodal gradient of one encoder, tensor by tensor.</summary>
/// <param name="Parameters">The encoder's parameters.</param>
/// <param name="Tensors">Both gradients of each parameter.</param>
public sealed record GradientPair(Tensor[] Parameters, (Tensor Multimodal, Tensor Unimodal)[] Tensors)
{
    /// <summary>The inner products of the multimodal and the unimodal gradient of each parameter.</summary>
    public Gram[] Grams { get; } = Gram.Of([.. Tensors.Select(pair => pair.Multimodal)], [.. Tensors.Select(pair => pair.Unimodal)]);

    /// <summary>The same over the whole encoder.</summary>
    public Gram Gram => Grams.Aggregate((one, other) => one + other);

    /// <summary><c>p·g_m + q·g_u</c>, tensor by tensor.</summary>
    internal Tensor[] Mix(double p, double q) => [.. Tensors.Select(pair => GradientOps.Mix(pair.Multimodal, pair.Unimodal, p, q))];
}
