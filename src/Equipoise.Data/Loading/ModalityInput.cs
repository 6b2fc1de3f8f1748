namespace Equipoise.Data;

/// <summary>How one modality's arrays become an encoder's input.</summary>
/// <param name="Modality">The modality of the pack.</param>
/// <param name="Normalisation">Mean and standard deviation.</param>
/// <param name="Augmentations">Names of <see cref="Augmentation.Names"/>, applied in training.</param>
public sealed record ModalityInput(PackModality Modality, InputNormalisation Normalisation, IReadOnlyList<string> Augmentations);
