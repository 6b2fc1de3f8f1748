using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>A post-norm block in the names of Hugging Face's BERT: <c>norm(x + attention(x))</c>, then <c>norm(x + W₂ gelu(W₁ x))</c>.</summary>
internal sealed class BertLayer : Module
{
    private readonly BlockSettings _settings;
    private readonly Linear _query, _key, _value, _output, _fc1, _fc2;
    private readonly LayerNorm _norm1, _norm2;
    private readonly Dropout _dropout;

    internal BertLayer(BlockSettings settings, Generator initial)
    {
        _settings = settings;
        long width = settings.Width;
        _query = Child("attention.self.query", Layer(width, width, initial));
        _key = Child("attention.self.key", Layer(width, width, initial));
        _value = Child("attention.self.value", Layer(width, width, initial));
        _output = Child("attention.output.dense", Layer(width, width, initial));
        _norm1 = Child("attention.output.LayerNorm", new LayerNorm(width, settings.Epsilon));
        _fc1 = Child("intermediate.dense", Layer(width, settings.Hidden, initial));
        _fc2 = Child("output.dense", Layer(settings.Hidden, width, initial));
        _norm2 = Child("output.LayerNorm", new LayerNorm(width, settings.Epsilon));
        _dropout = Child("dropout", new Dropout(settings.Dropout, settings.Draws));
    }

    internal Tensor Forward(Tensor x, Tensor? mask)
    {
        if (!_settings.Recompute || !Training) return Compute(x, mask);
        return Torch.Nn.Recompute.Run(input => Compute(input, mask), x, [.. NamedParameters().Select(pair => pair.Tensor)], _settings.Draws);
    }

    /// <summary>A layer that starts normally distributed with deviation 0.02, its bias 0.</summary>
    internal static Linear Layer(long inputs, long outputs, Generator initial) => new(Initial.Normal(0.02, initial, outputs, inputs), Tensor.Zeros(outputs));

    private Tensor Compute(Tensor x, Tensor? mask)
    {
        Tensor mixed = Attention.Attend(_query.Forward(x), _key.Forward(x), _value.Forward(x), _settings.Heads, mask, _dropout);
        x = _norm1.Forward(x + _dropout.Forward(_output.Forward(mixed)));
        return _norm2.Forward(x + _dropout.Forward(_fc2.Forward(Ops.Gelu(_fc1.Forward(x)))));
    }
}
