namespace Equipoise.Data;

/// <summary>How one modality's arrays become an encoder's input.</summary>
/// <param name="Modality">The modality of the pack.</param>
/// <param name="Normalisation">Mean and standard deviation.</param>
/// <param name="Augmentations">What changes at random in training, in this order.</param>
/// <param name="Frames">How many frames of a clip are taken, one from each of so many equal segments: its middle one, in training one at random; 0, the default, for all.</param>
public sealed record ModalityInput(PackModality Modality, InputNormalisation Normalisation, IReadOnlyList<Augmentation> Augmentations, int Frames = 0);
