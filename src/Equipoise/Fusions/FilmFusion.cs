using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>Feature-wise linear modulation: the conditioning modality gives γ and β, and <c>head(γ ⊙ y + β)</c> decides.</summary>
public sealed class FilmFusion : Fusion
{
    private readonly string _condition;
    private readonly string _other;
    private readonly long _width;
    private readonly Linear _film;
    private readonly Linear _head;

    /// <summary>Layers for two modalities.</summary>
    /// <param name="modalities">The modalities with the widths of their features, which are equal.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <param name="condition">The modality that conditions the other; null for the first.</param>
    /// <exception cref="ArgumentException">There are not two, their widths differ, or the condition names neither.</exception>
    public FilmFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator, string? condition = null)
    {
        (_condition, _other, _width) = Pair(modalities, condition, "film");
        _film = Child("film", new Linear(_width, 2 * _width, generator));
        _head = Child("head", new Linear(_width, classes, generator));
    }

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features)
    {
        Tensor both = _film.Forward(features[_condition]);
        Tensor gamma = both.Narrow(1, 0, _width), beta = both.Narrow(1, _width, _width);
        return _head.Forward(gamma * features[_other] + beta);
    }
}
