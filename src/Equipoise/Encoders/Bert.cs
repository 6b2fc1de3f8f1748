using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// BERT (Devlin et al. 2019) in Hugging Face's names, by default of base size. The feature is the pooler's output (<c>tanh(W h₁ + b)</c> of the
/// first token), the first token, or the mean over the real tokens.
/// </summary>
public sealed class Bert : Encoder
{
    private readonly string _pooling;
    private readonly TokenEmbedding _words;
    private readonly Tensor _places, _kinds;
    private readonly LayerNorm _norm;
    private readonly Dropout _dropout;
    private readonly BertLayer[] _layers;
    private readonly Linear? _pooler;

    internal Bert(int vocabulary, int places, (int Width, int Depth, int Heads) size, double dropout, bool recompute, string pooling, Generator initial)
    {
        Width = size.Width;
        _pooling = pooling;
        _words = Child("embeddings.word_embeddings", new TokenEmbedding(vocabulary, Width, 0.02, initial));
        _places = Parameter("embeddings.position_embeddings.weight", Initial.Normal(0.02, initial, places, Width));
        _kinds = Parameter("embeddings.token_type_embeddings.weight", Initial.Normal(0.02, initial, 2, Width));
        _norm = Child("embeddings.LayerNorm", new LayerNorm(Width, 1e-12));
        _dropout = Child("dropout", new Dropout(dropout, Draws));
        BlockSettings settings = new(Width, size.Heads, Draws) { Epsilon = 1e-12, Dropout = dropout, Recompute = recompute };
        _layers = [.. Enumerable.Range(0, size.Depth).Select(i => Child($"encoder.layer.{i}", new BertLayer(settings, initial)))];
        if (pooling == "pooler") _pooler = Child("pooler.dense", BertLayer.Layer(Width, Width, initial));
    }

    internal static EncoderType Type { get; } = new("bert", [ModalityKind.Text], block =>
    {
        (int, int, int) size = TransformerKeys.Size(block, 768, 12, 12);
        int vocabulary = TransformerKeys.Vocabulary(block), places = block.Integer("positions", Math.Max(512, (int)block.Modality.Shape[0]), max: 1_000_000);
        if (places < block.Modality.Shape[0]) block.Problem("positions", $"are {places}, and {block.Modality.Name} has {block.Modality.Shape[0]} tokens", "take as many, or prepare shorter texts");
        double dropout = block.Number("dropout", 0.1, max: 0.99);
        string pooling = block.Choice("pooling", "pooler", "pooler", "first", "mean");
        bool recompute = block.Flag("checkpoint", false);
        return initial => new Bert(vocabulary, places, size, dropout, recompute, pooling, initial);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor x = _words.Forward(input) + _places.Narrow(0, 0, input.Shape[1]) + _kinds.Narrow(0, 0, 1);
        x = _dropout.Forward(_norm.Forward(x));
        foreach (BertLayer layer in _layers) x = layer.Forward(x, mask);
        if (_pooling == "mean") return Pooling.Mean(x, mask);
        Tensor first = x.Narrow(1, 0, 1).Squeeze(1);
        return _pooler?.Forward(first).Tanh() ?? first;
    }
}
