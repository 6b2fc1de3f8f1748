namespace Equipoise.Data;

/// <summary>How one modality's arrays become an encoder's input.</summary>
/// <param name="Modality">The modality of the pack.</param>
/// <param name="Normalisation">Mean and standard deviation.</param>
/// <param name="Augmentations">What changes at random in training, in this order.</param>
/// <param name="Frames">
/// How many frames are taken; 0, the default, for all. Of a clip, one from each of so many equal segments: its middle one, in training one at
/// random. Of a spectrogram, so many one after the other: those in the middle, in training from a random time on.
/// </param>
public sealed record ModalityInput(PackModality Modality, InputNormalisation Normalisation, IReadOnlyList<Augmentation> Augmentations, int Frames = 0)
{
    /// <summary>The modality as it is delivered: its shape with the frames that are taken.</summary>
    public PackModality Delivered => Modality.WithFrames(Frames);
}
