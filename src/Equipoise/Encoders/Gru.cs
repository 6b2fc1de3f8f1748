using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>Gated recurrent units (Cho et al. 2014) over a sequence, in the names of PyTorch's <c>GRU</c>; the feature is the last state of the last layer at the end of the real steps, of both directions side by side.</summary>
public sealed class Gru : Encoder
{
    private readonly List<Tensor[]> _layers = [];
    private readonly Dropout _dropout;
    private readonly long _width;
    private readonly int _directions;

    /// <summary>Layers that start uniform on ±1/√width, as PyTorch's.</summary>
    /// <param name="inputs">The width of a step.</param>
    /// <param name="width">The width of a state.</param>
    /// <param name="layers">Layers above one another.</param>
    /// <param name="bidirectional">Whether each layer also reads from the end; the feature is then twice as wide.</param>
    /// <param name="dropout">Between the layers, from 0 to below 1.</param>
    /// <param name="initial">The stream of initial values.</param>
    public Gru(long inputs, long width, int layers, bool bidirectional, double dropout, Generator initial)
    {
        (_width, _directions) = (width, bidirectional ? 2 : 1);
        for (int layer = 0; layer < layers; layer++)
        {
            List<Tensor> weights = [];
            foreach (string name in bidirectional ? (string[])[$"l{layer}", $"l{layer}_reverse"] : [$"l{layer}"])
            {
                weights.Add(Parameter($"weight_ih_{name}", Initial.Uniform(width, initial, 3 * width, inputs)));
                weights.Add(Parameter($"weight_hh_{name}", Initial.Uniform(width, initial, 3 * width, width)));
                weights.Add(Parameter($"bias_ih_{name}", Initial.Uniform(width, initial, 3 * width)));
                weights.Add(Parameter($"bias_hh_{name}", Initial.Uniform(width, initial, 3 * width)));
            }
            _layers.Add([.. weights]);
            inputs = width * _directions;
        }
        _dropout = Child("dropout", new Dropout(dropout, Draws));
    }

    internal static EncoderType Type { get; } = new("gru", [ModalityKind.Sequence], block =>
    {
        long inputs = block.Modality.Shape[1];
        int width = block.Integer("width", 128), layers = block.Integer("layers", 1, max: 64);
        bool bidirectional = block.Flag("bidirectional", false);
        double dropout = block.Number("dropout", 0, max: 0.99);
        return initial => new Gru(inputs, width, layers, bidirectional, dropout, initial);
    });

    /// <inheritdoc />
    public override long Width => _width * _directions;

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        long count = input.Shape[0];
        Tensor lengths = mask is null ? Ops.Full([count], input.Shape[1], DType.Int64) : mask.To(DType.Int64).Sum(1).ClampMin(1).To(DType.Int64);
        Tensor order = Ops.ArgSort(lengths, descending: true), back = Ops.ArgSort(order);
        var (rows, sizes) = Ops.Pack(input.IndexSelect(0, order), lengths.IndexSelect(0, order));
        Tensor? last = null;
        foreach (Tensor[] weights in _layers)
        {
            if (last is not null) rows = _dropout.Forward(rows);
            (rows, last) = Ops.Gru(rows, sizes, Tensor.Zeros(_directions, count, _width), weights);
        }
        return last!.Transpose(0, 1).Reshape(count, Width).IndexSelect(0, back);
    }
}
