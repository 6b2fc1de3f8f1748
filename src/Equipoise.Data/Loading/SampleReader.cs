using System.Numerics;
using System.Runtime.InteropServices;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Turns the stored bytes of a sample into what is delivered: frames chosen, augmented, normalised, channels of pictures to the front.</summary>
/// <param name="input">The modality and what is wanted of it.</param>
/// <param name="seed">The seed of all draws.</param>
/// <param name="epoch">The epoch, from 0.</param>
/// <param name="augment">Whether to draw at all.</param>
internal sealed class SampleReader(ModalityInput input, ulong seed, int epoch, bool augment)
{
    private readonly PackModality _modality = input.Modality;
    private readonly PackModality _delivered = input.Delivered;
    private readonly PictureReader? _pictures = IsOneView(input, augment) ? PictureReader.Of(input) : null;
    private float[]? _whole;

    private readonly float _shift = input.Normalisation.Shifts(1)[0];
    private readonly float _scale = input.Normalisation.Scales(1)[0];

    /// <summary>Whether the stored values only have to be normalised.</summary>
    private readonly bool _isPlain = input.Modality is { IsPicture: false, Type: ElementType.Float32 } && input.Delivered.Elements == input.Modality.Elements && (!augment || input.Augmentations.Count == 0);

    /// <summary>Reads one sample.</summary>
    /// <param name="row">As it is stored.</param>
    /// <param name="index">Its position in the split.</param>
    /// <param name="into">As many values as are delivered.</param>
    internal void Read(ReadOnlySpan<byte> row, int index, Span<float> into)
    {
        if (_pictures is null) ReadValues(row, index, into);
        else ReadViews(_pictures, row, index, into);
    }

    /// <summary>Whether its pictures are bytes of which the augmentations only choose a view: then one pass does it all.</summary>
    private static bool IsOneView(ModalityInput input, bool augment) => input.Modality is { IsPicture: true, Type: ElementType.UInt8 }
        && (!augment || input.Augmentations.Count == 0 || (input.Modality.Kind != ModalityKind.Flow && PictureView.Covers(input.Augmentations)));

    private void ReadViews(PictureReader reader, ReadOnlySpan<byte> row, int index, Span<float> into)
    {
        var (stored, height, width, channels) = BatchLayout.Geometry(_modality);
        int frames = BatchLayout.Geometry(_delivered).Frames, size = height * width * channels;
        int[]? times = frames == stored ? null : FrameSelection.Choose(_modality, input.Frames, Draws("frames", index));
        SeededRandom? random = input.Augmentations.Count > 0 ? Draws("augment", index) : null;
        for (int t = 0; t < frames; t++)
        {
            PictureView view = random is null ? PictureView.Whole(height, width) : PictureView.Draw(input.Augmentations, height, width, random);
            reader.Read(row.Slice((times?[t] ?? t) * size, size), view, into[(t * height * width)..], frames * height * width);
        }
    }

    private void ReadValues(ReadOnlySpan<byte> row, int index, Span<float> into)
    {
        if (_isPlain)
        {
            Place(MemoryMarshal.Cast<byte, float>(row), into, _shift, _scale);
            return;
        }
        float[] whole = _whole ??= new float[_modality.Elements];
        Elements.ToFloat(row, _modality.Type, whole);
        if (into.Length < whole.Length) FrameSelection.Apply(_modality, input.Frames, whole, Draws("frames", index));
        Span<float> sample = whole.AsSpan(0, into.Length);
        if (input.Augmentations.Count > 0 && Draws("augment", index) is { } random) Augment(sample, random);
        if (_modality.IsPicture) PlacePicture(sample, into);
        else Place(sample, into, _shift, _scale);
    }

    /// <summary>The draws of a sample; null where nothing is drawn.</summary>
    private SeededRandom? Draws(string stream, int index) => augment ? new SeededRandom(SeedStream.Derive(seed, $"{stream}.{_modality.Name}", epoch, index)) : null;

    private void Augment(Span<float> sample, SeededRandom random)
    {
        if (!_delivered.IsPicture)
        {
            int frames = (int)_delivered.Shape[^1], bins = (int)_delivered.Shape[^2];
            for (int at = 0; at < sample.Length; at += bins * frames)
                foreach (Augmentation augmentation in input.Augmentations)
                    SpectrogramAugmentation.Apply(augmentation, sample.Slice(at, bins * frames), bins, frames, input.Normalisation.Std[0], random);
            return;
        }
        var (_, height, width, channels) = BatchLayout.Geometry(_delivered);
        for (int at = 0; at < sample.Length; at += height * width * channels)
            foreach (Augmentation augmentation in input.Augmentations)
                PictureAugmentation.Apply(augmentation, sample.Slice(at, height * width * channels), height, width, channels, _delivered.Kind == ModalityKind.Flow, random);
    }

    private static void Place(ReadOnlySpan<float> sample, Span<float> into, float shift, float scale)
    {
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(into);
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(sample);
        Vector<float> shifts = new(shift);
        for (int i = 0; i < wide.Length; i++) wide[i] = (from[i] - shifts) * scale;
        for (int i = wide.Length * Vector<float>.Count; i < into.Length; i++) into[i] = (sample[i] - shift) * scale;
    }

    private void PlacePicture(ReadOnlySpan<float> sample, Span<float> into)
    {
        int channels = (int)_modality.Channels, positions = sample.Length / channels;
        float[] shifts = input.Normalisation.Shifts(channels), scales = input.Normalisation.Scales(channels);
        for (int c = 0; c < channels; c++)
            for (int p = 0; p < positions; p++) into[c * positions + p] = (sample[p * channels + c] - shifts[c]) * scales[c];
    }
}
