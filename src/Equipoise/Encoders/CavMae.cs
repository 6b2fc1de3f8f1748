using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// One branch of CAV-MAE (Gong et al. 2023) as it is fine-tuned on a single modality: patches of a log-mel spectrogram or a picture with
/// learnt positions and a learnt vector of the modality, blocks of the modality, a block that both modalities share but with norms of the
/// modality; the feature is the mean over all tokens. Both branches are there, as in the published weights and under their names; the other
/// one gets no gradient.
/// </summary>
public sealed class CavMae : Encoder
{
    private readonly CavMaeSettings _settings;
    private readonly PatchEmbedding _patches;
    private readonly Tensor _modality, _positions;
    private readonly TransformerStack _own, _shared;
    private readonly LayerNorm _norm;

    internal CavMae(CavMaeSettings settings, Func<BlockSettings, BlockSettings> training, Generator initial)
    {
        _settings = settings;
        long width = settings.Width;
        PatchEmbedding[] patches = [.. settings.Branches.Select(branch => Child($"patch_embed_{branch.Name}", new PatchEmbedding(branch.Channels, width, settings.Patch, initial)))];
        Tensor[] modalities = [.. settings.Branches.Select(branch => Parameter($"modality_{branch.Name}", Initial.Normal(0.02, initial, 1, 1, width)))];
        Tensor[] positions = [.. settings.Branches.Select(branch => Parameter($"pos_embed_{branch.Name}", SinCos.Grid(branch.Rows, branch.Columns, width)))];
        BlockSettings blocks = training(new BlockSettings(width, settings.Heads, Draws));
        string[] norms = ["", "_a", "_v"];
        TransformerStack[] own = [.. settings.Branches.Select(branch => Child($"blocks_{branch.Name}", new TransformerStack(settings.Depth - 1, blocks, BlockNames.Timm, initial, branches: norms)))];
        _shared = Child("blocks_u", new TransformerStack(1, blocks with { DropPath = 0 }, BlockNames.Timm, initial, branches: norms));
        LayerNorm[] last = [.. settings.Branches.Select(branch => Child($"norm_{branch.Name}", new LayerNorm(width)))];
        (_patches, _modality, _positions, _own, _norm) = (patches[settings.Used], modalities[settings.Used], positions[settings.Used], own[settings.Used], last[settings.Used]);
    }

    internal static EncoderType Type { get; } = new("cav-mae", [ModalityKind.Spectrogram, ModalityKind.Image, ModalityKind.Video], block =>
    {
        CavMaeSettings settings = CavMaeSettings.Read(block);
        Func<BlockSettings, BlockSettings> training = TransformerKeys.Training(block);
        return initial => new CavMae(settings, training, initial);
    });

    /// <inheritdoc />
    public override long Width => _settings.Width;

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor tokens = _patches.Forward(Frames.ToPictures(input)) + _positions + _modality;
        tokens = _shared.Forward(_own.Forward(tokens), branch: _settings.Used + 1);
        Tensor features = _norm.Forward(tokens).Mean([1]);
        return Frames.MeanOverFrames(features, input.Shape[0]);
    }
}
