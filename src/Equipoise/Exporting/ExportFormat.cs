namespace Equipoise.Exporting;

/// <summary>What a run is exported as.</summary>
public enum ExportFormat
{
    /// <summary>A state dict for <c>torch.load</c>.</summary>
    Pth,

    /// <summary>A <c>.safetensors</c> file.</summary>
    Safetensors,

    /// <summary>TorchScript programs for <c>torch.jit.load</c>, one for each set of present modalities.</summary>
    TorchScript,
}
