using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>Turns the features of all modalities into class scores (logits).</summary>
public abstract class Fusion : Module
{
    /// <summary>Where unimodal scores of this fusion come from; <c>attribution</c> unless it has heads of its own.</summary>
    public virtual string ScoredBy => "attribution";

    /// <summary>Whether each modality passes a whole head by itself, so that no other is needed to score it.</summary>
    public bool HasUnimodalHeads => ScoredBy != "attribution";

    /// <summary>Joint logits <c>[batch, classes]</c>.</summary>
    public abstract Tensor Fuse(FeatureSet features);

    /// <summary>
    /// The attribution service: what this fusion says of one modality alone, <c>[batch, classes]</c>. An additive head is split
    /// (overridden there); any other is asked with the features of the other modalities set to zero.
    /// </summary>
    public virtual Tensor UnimodalLogits(FeatureSet features, string modality) => Fuse(features.Only(modality));

    /// <summary>The mean of the modalities' logits over what is present.</summary>
    protected static Tensor MeanOverPresent(FeatureSet features, Func<string, Tensor> logits)
    {
        Tensor? sum = null, count = null;
        foreach (string modality in features.Modalities)
        {
            Tensor part = logits(modality);
            Tensor? mask = features.Mask(modality);
            if (mask is not null) part = part * mask;
            sum = sum is null ? part : sum + part;
            Tensor weight = mask ?? Tensor.Ones(1, 1);
            count = count is null ? weight : count + weight;
        }
        bool complete = features.Modalities.All(modality => features.Present(modality) is null);
        return complete ? sum! * (1.0 / features.Modalities.Count) : sum! / count!.ClampMin(1);
    }

    /// <summary>The two modalities of a conditioning fusion: which conditions, which is conditioned.</summary>
    /// <exception cref="ArgumentException">There are not two, their widths differ, or the condition names neither.</exception>
    protected static (string Condition, string Other, long Width) Pair(IReadOnlyList<(string Name, long Width)> modalities, string? condition, string fusion)
    {
        if (modalities.Count != 2) throw new ArgumentException($"fusion '{fusion}' takes two modalities, not {modalities.Count}: use concat, sum, shared or late");
        if (modalities[0].Width != modalities[1].Width)
            throw new ArgumentException($"fusion '{fusion}' wants features of equal width, but {modalities[0].Name} has {modalities[0].Width} and {modalities[1].Name} {modalities[1].Width}: give encoders of one width, or set model.fusion.projection");
        condition ??= modalities[0].Name;
        if (modalities.All(modality => modality.Name != condition))
            throw new ArgumentException($"fusion '{fusion}' is conditioned by '{condition}', which is no modality of the model");
        return (condition, modalities.First(modality => modality.Name != condition).Name, modalities[0].Width);
    }

    /// <summary>A named group of layers.</summary>
    protected sealed class Group : Module
    {
        /// <summary>Adds a layer under a name.</summary>
        public Linear Add(string name, Linear layer) => Child(name, layer);
    }
}
