namespace Equipoise.Data;

/// <summary>The shape in which the samples of a modality leave the loader.</summary>
public static class BatchLayout
{
    /// <summary>Pictures as <c>(B, C, H, W)</c>, clips as <c>(B, C, T, H, W)</c>, spectrograms with their channels, everything else in its own order.</summary>
    /// <param name="modality">The modality.</param>
    /// <param name="batch">Samples.</param>
    public static long[] Of(PackModality modality, int batch)
    {
        if (modality.Kind == ModalityKind.Spectrogram && modality.Shape.Length == 2) return [batch, 1, .. modality.Shape];
        if (!modality.IsPicture) return [batch, .. modality.Shape];
        var (frames, height, width, channels) = Geometry(modality);
        return modality.Shape.Length == 4 ? [batch, channels, frames, height, width] : [batch, channels, height, width];
    }

    internal static (int Frames, int Height, int Width, int Channels) Geometry(PackModality modality)
    {
        long[] shape = modality.Shape;
        return shape.Length switch
        {
            2 => (1, (int)shape[0], (int)shape[1], 1),
            3 => (1, (int)shape[0], (int)shape[1], (int)shape[2]),
            _ => ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]),
        };
    }
}
