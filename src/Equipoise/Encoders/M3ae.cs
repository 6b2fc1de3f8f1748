using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// The encoder of M3AE (Geng et al. 2022) for a picture or a text, as MLA (CVPR 2024) uses it: patches or tokens with fixed positions and a
/// learnt vector of their kind, a learnt first token, pre-norm blocks; the feature is the mean over all tokens. Both embeddings are there
/// whatever is read, as in the published weights, in the names of MLA's port.
/// </summary>
public sealed class M3ae : Encoder
{
    private readonly M3aeSettings _settings;
    private readonly TokenEmbedding _textEmbedding;
    private readonly Linear _imageEmbedding;
    private readonly Tensor _imageType, _textType, _cls, _positions;
    private readonly TransformerStack _encoder;

    internal M3ae(M3aeSettings settings, Func<BlockSettings, BlockSettings> training, Generator initial)
    {
        _settings = settings;
        long width = settings.Width;
        _textEmbedding = Child("text_embedding", new TokenEmbedding(settings.Vocabulary, width, 1, initial));
        _imageEmbedding = Child("image_embedding", new Linear(settings.Patch * settings.Patch * settings.Channels, width, initial));
        _imageType = Parameter("encoder_image_type_embedding", Token(initial));
        _textType = Parameter("encoder_text_type_embedding", Token(initial));
        _cls = Parameter("cls_token", Token(initial));
        BlockSettings blocks = training(new BlockSettings(width, settings.Heads, Draws) { Epsilon = settings.Released ? 1e-5 : 1e-6, TanhGelu = !settings.Released, PlainStart = settings.Released });
        _encoder = Child("encoder", new TransformerStack(settings.Depth, blocks, BlockNames.M3ae, initial, "blocks.", "layer_norm"));
        _positions = (settings.IsText ? SinCos.Line(settings.Columns, width) : SinCos.Grid(settings.Rows, settings.Columns, width)).Own();
    }

    internal static EncoderType Type { get; } = new("m3ae", [ModalityKind.Image, ModalityKind.Video, ModalityKind.Text], block =>
    {
        M3aeSettings settings = M3aeSettings.Read(block);
        Func<BlockSettings, BlockSettings> training = TransformerKeys.Training(block);
        return initial => new M3ae(settings, training, initial);
    });

    /// <inheritdoc />
    public override long Width => _settings.Width;

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor tokens = _settings.IsText
            ? _textEmbedding.Forward(input) + _positions + _textType
            : _imageEmbedding.Forward(Patches.Flatten(Frames.ToPictures(input), _settings.Patch, channelsFirst: _settings.Released)) + _positions + _imageType;
        long count = tokens.Shape[0];
        Tensor all = Ops.Cat([Ops.Expand(_cls, count, 1, Width), tokens], 1);
        if (mask is not null) mask = Ops.Cat([Ops.Full([count, 1], 1, DType.Bool), mask], 1);
        Tensor features = _encoder.Forward(all, mask).Mean([1]);
        return Frames.MeanOverFrames(features, input.Shape[0]);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _positions.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A learnt token; the released port's are drawn around 0.02 with deviation 1.</summary>
    private Tensor Token(Generator initial)
    {
        Tensor token = Tensor.Zeros(1, 1, _settings.Width);
        if (_settings.Released) token.NormalInPlace(0.02, 1, initial);
        else token.NormalInPlace(0, 0.02, initial);
        return token;
    }
}
