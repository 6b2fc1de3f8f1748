using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// Convolutions in time for sensors: each with an odd kernel, stride and zero padding, a normalisation over the channels of a step where wanted, and
/// a ReLU; then the mean over the real steps. A step after a stride is real where the step at its middle is.
/// </summary>
public sealed class TemporalConv : Encoder
{
    private readonly List<Block> _blocks = [];
    private readonly long _stride;

    /// <summary>One convolution per entry of <paramref name="channels"/>; the last is the feature's width.</summary>
    /// <param name="inputs">The width of a step.</param>
    /// <param name="channels">Channels that each convolution gives.</param>
    /// <param name="kernel">Steps under a kernel, odd.</param>
    /// <param name="stride">Steps from one position to the next.</param>
    /// <param name="norm">Whether layer normalisation follows each convolution.</param>
    /// <param name="initial">The stream of initial values.</param>
    public TemporalConv(long inputs, IReadOnlyList<int> channels, int kernel, int stride, bool norm, Generator initial)
    {
        _stride = stride;
        foreach (int outputs in channels)
        {
            _blocks.Add(Child($"{_blocks.Count}", new Block(inputs, outputs, kernel, stride, norm, initial)));
            inputs = outputs;
        }
        Width = inputs;
    }

    internal static EncoderType Type { get; } = new("temporal-conv", [ModalityKind.Sequence], block =>
    {
        long inputs = block.Modality.Shape[1];
        IReadOnlyList<int> channels = block.Sizes("channels", [64, 128, 128]);
        int kernel = block.Integer("kernel", 5, max: 1001), stride = block.Integer("stride", 2, max: 1000);
        if (kernel % 2 == 0) block.Problem("kernel", $"is {kernel}", "take an odd number");
        bool norm = block.Choice("norm", "layer", "none", "layer") == "layer";
        return initial => new TemporalConv(inputs, channels, kernel, stride, norm, initial);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor x = input;
        foreach (Block block in _blocks)
        {
            if (mask is not null) x *= mask.To(DType.Float32).Unsqueeze(2);
            x = block.Forward(x);
            mask = mask is null ? null : Every(mask);
        }
        return Pooling.Mean(x, mask);
    }

    private Tensor Every(Tensor mask) => mask.IndexSelect(1, Tensor.From(Enumerable.Range(0, (int)((mask.Shape[1] + _stride - 1) / _stride)).Select(i => i * _stride).ToArray(), (mask.Shape[1] + _stride - 1) / _stride));

    private sealed class Block : Module
    {
        private readonly Tensor _weight, _bias;
        private readonly LayerNorm? _norm;
        private readonly long _stride, _padding;

        internal Block(long inputs, long outputs, int kernel, int stride, bool norm, Generator initial)
        {
            (_stride, _padding) = (stride, kernel / 2);
            _weight = Parameter("weight", Initial.Uniform(inputs * kernel, initial, outputs, inputs, kernel));
            _bias = Parameter("bias", Initial.Uniform(inputs * kernel, initial, outputs));
            if (norm) _norm = Child("norm", new LayerNorm(outputs));
        }

        /// <summary>Maps <c>[batch, steps, inputs]</c> to <c>[batch, ⌈steps/stride⌉, outputs]</c>.</summary>
        internal Tensor Forward(Tensor input)
        {
            Tensor x = Ops.Conv1d(input.Transpose(1, 2), _weight, _bias, _stride, _padding).Transpose(1, 2);
            return (_norm?.Forward(x) ?? x).Relu();
        }
    }
}
