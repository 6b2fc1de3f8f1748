using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>One modality's values in one split, as the loader sees them before normalisation (<c>uint8</c> divided by 255).</summary>
/// <param name="Modality">The modality.</param>
/// <param name="Absent">Samples without it.</param>
/// <param name="Minimum">The smallest finite value; NaN where there is none.</param>
/// <param name="Maximum">The largest finite value; NaN where there is none.</param>
/// <param name="Mean">The mean of the finite values; NaN where there are none.</param>
/// <param name="NotFinite">Values that are NaN or infinite.</param>
/// <param name="ConstantSamples">Samples of more than one value whose values are all the same: a black picture, silence.</param>
/// <param name="ConstantFeatures">For vectors: positions that hold the same value in every sample of two or more.</param>
public sealed record ModalityInspection(
    PackModality Modality, int Absent, double Minimum, double Maximum, double Mean, long NotFinite, int ConstantSamples, int ConstantFeatures)
{
    /// <summary>A hash of every present sample with its position, to find samples that stand in two splits.</summary>
    internal IReadOnlyDictionary<UInt128, int> Contents { get; private init; } = new Dictionary<UInt128, int>();

    internal JsonObject ToJson() => new()
    {
        ["kind"] = Modality.Kind.ToString().ToLowerInvariant(),
        ["shape"] = new JsonArray([.. Modality.Shape.Select(size => (JsonNode)size)]),
        ["dtype"] = Modality.Type.ToString().ToLowerInvariant(),
        ["absent"] = Absent,
        ["min"] = double.IsNaN(Minimum) ? null : Minimum,
        ["max"] = double.IsNaN(Maximum) ? null : Maximum,
        ["mean"] = double.IsNaN(Mean) ? null : Mean,
        ["not_finite"] = NotFinite,
        ["constant_samples"] = ConstantSamples,
        ["constant_features"] = ConstantFeatures,
    };

    internal static ModalityInspection Of(PackSplit split, PackModality modality, CancellationToken cancel)
    {
        Running running = new(modality);
        bool[]? present = split.Present(modality.Name);
        for (int i = 0; i < split.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (present is null || present[i]) running.Add(split, i);
        }
        return running.End(present?.Count(there => !there) ?? 0);
    }

    private sealed class Running(PackModality modality)
    {
        private readonly byte[] _row = new byte[modality.Type.Bytes(modality.Shape)];
        private readonly float[] _values = new float[modality.Elements];
        private readonly Dictionary<UInt128, int> _contents = [];
        private readonly float[] _first = new float[modality.Elements];
        private readonly bool[] _varies = new bool[modality.Elements];
        private double _minimum = double.PositiveInfinity, _maximum = double.NegativeInfinity, _sum;
        private long _finite, _notFinite;
        private int _samples, _constant;

        internal void Add(PackSplit split, int index)
        {
            split.ReadRow(modality.Name, index, _row);
            Elements.ToFloat(_row, modality.Type, _values);
            _contents.TryAdd(BitConverter.ToUInt128(SHA256.HashData(_row)), index);
            if (_samples++ == 0) _values.CopyTo(_first, 0);
            for (int i = 0; i < _values.Length; i++)
            {
                _varies[i] |= _values[i] != _first[i];
                if (!float.IsFinite(_values[i])) _notFinite++;
                else Count(_values[i]);
            }
            if (_values.Length > 1 && !_values.AsSpan().ContainsAnyExcept(_values[0])) _constant++;
        }

        internal ModalityInspection End(int absent) => new(
            modality, absent, _finite > 0 ? _minimum : double.NaN, _finite > 0 ? _maximum : double.NaN, _finite > 0 ? _sum / _finite : double.NaN,
            _notFinite, _constant, modality.Kind == ModalityKind.Features && _samples > 1 ? _varies.Count(varies => !varies) : 0)
        {
            Contents = _contents,
        };

        private void Count(float value)
        {
            _finite++;
            _sum += value;
            _minimum = Math.Min(_minimum, value);
            _maximum = Math.Max(_maximum, value);
        }
    }
}
