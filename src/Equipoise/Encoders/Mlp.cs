using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>Fully connected layers over the flattened input; ReLU between layers, none after the last.</summary>
public sealed class Mlp : Encoder
{
    private readonly List<Linear> _layers = [];

    /// <summary>Layers of the given widths; the last is the feature's.</summary>
    public Mlp(long inputs, IReadOnlyList<int> widths, Generator generator)
    {
        foreach (int width in widths)
        {
            _layers.Add(Child($"{_layers.Count}", new Linear(inputs, width, generator)));
            inputs = width;
        }
        Width = inputs;
    }

    internal static EncoderType Type { get; } = new("mlp", EncoderType.Numbers, block =>
    {
        long inputs = block.Elements;
        IReadOnlyList<int> widths = block.Sizes("widths", [128, 64]);
        return generator => new Mlp(inputs, widths, generator);
    }, NeedsShape: false);

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor x = input.Reshape(input.Shape[0], -1);
        for (int i = 0; i < _layers.Count; i++) x = i + 1 < _layers.Count ? _layers[i].Forward(x).Relu() : _layers[i].Forward(x);
        return x;
    }
}
