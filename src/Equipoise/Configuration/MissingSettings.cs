using Equipoise.Data;

namespace Equipoise.Configuration;

/// <summary>The <c>train.missing</c> block: modalities that go missing at random, drawn once for each split, test included.</summary>
/// <param name="Rate">The share of absent slots (samples × modalities), 0, the default, to 1; see <see cref="MissingMask.Draw"/>.</param>
/// <param name="Seed">Seed of the masks, at least 0; apart from the run's, so that runs of several seeds may share their masks.</param>
/// <param name="Mode">What missing means to the model.</param>
public sealed record MissingSettings(double Rate = 0, int Seed = 0, MissingMode Mode = MissingMode.Absent)
{
    /// <summary>Reads a <c>missing</c> block.</summary>
    internal static MissingSettings Read(YamlMap? map) => map is null ? new MissingSettings() : new MissingSettings(
        map.Number("rate", 0, min: 0, max: 1),
        map.Integer("seed", 0, min: 0),
        map.Choice("mode", "absent", ["absent", "zero"]) == "zero" ? MissingMode.Zero : MissingMode.Absent);

    /// <summary>The mask of a split, which has a stream of its own.</summary>
    public MissingMask Mask(PackSplit split, IReadOnlyList<string> modalities) =>
        MissingMask.For(split, modalities, Rate, SeedStream.Derive((ulong)Seed, $"missing.{split.Name}"));

    /// <summary>The split with its modalities missing; itself where the rate is 0.</summary>
    public PackSplit Apply(PackSplit split, IReadOnlyList<string> modalities) => Rate == 0 ? split : split.Masked(Mask(split, modalities), Mode);
}
