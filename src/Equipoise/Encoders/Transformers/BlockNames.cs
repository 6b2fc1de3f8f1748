namespace Equipoise.Encoders.Transformers;

/// <summary>What the parts of a block are called in a state dict; prefixes end where <c>weight</c> and <c>bias</c> begin.</summary>
internal sealed record BlockNames(string Norm1, string Qkv, string Projection, string Norm2, string Fc1, string Fc2)
{
    /// <summary>timm's, which CAV-MAE has too.</summary>
    internal static BlockNames Timm { get; } = new("norm1", "attn.qkv.", "attn.proj.", "norm2", "mlp.fc1.", "mlp.fc2.");

    /// <summary>Those of MLA's port of M3AE.</summary>
    internal static BlockNames M3ae { get; } = new("layer_norm1", "attention.qkv_linear.", "attention.fc.", "layer_norm2", "transformer_mlp.fc1.", "transformer_mlp.fc2.");

    /// <summary>torchvision's.</summary>
    internal static BlockNames Torchvision { get; } = new("ln_1", "self_attention.in_proj_", "self_attention.out_proj.", "ln_2", "mlp.0.", "mlp.3.");
}
