using System.Globalization;
using Equipoise.Data;
using Equipoise.Torch.Nn;

namespace Equipoise.Configuration;

/// <summary>
/// The <c>train.freeze</c> block: parts of the model that do not learn, for good (a list of names) or for so many epochs (names with
/// numbers). <c>{encoders: 5}</c> trains the heads on the encoders as they are, and all together from the sixth epoch on.
/// </summary>
/// <param name="Parts">Each part's dotted name, and the epoch (from 0) before which it is frozen.</param>
public sealed record FreezePlan(IReadOnlyList<(string Part, int Until)> Parts)
{
    private const int Always = int.MaxValue;

    /// <summary>Nothing is frozen.</summary>
    public static FreezePlan None { get; } = new([]);

    /// <summary>Reads the block.</summary>
    internal static FreezePlan Read(YamlMap train)
    {
        if (!train.IsMap("freeze")) return new FreezePlan([.. (train.Texts("freeze") ?? []).Select(part => (part, Always))]);
        List<(string, int)> parts = [];
        foreach (var (part, epochs) in train.NumbersByName("freeze", min: 1, max: Always))
        {
            if (epochs != Math.Floor(epochs)) train.Problem("freeze", $"keeps {part} for {epochs} epochs", "write a whole number");
            parts.Add((part, (int)epochs));
        }
        return new FreezePlan(parts);
    }

    /// <summary>Freezes what is frozen in an epoch and thaws the rest; a model without a plan is left alone.</summary>
    public void Apply(Module model, int epoch)
    {
        if (Parts.Count == 0) return;
        model.Freeze(false);
        foreach (var (part, until) in Parts)
            if (epoch < until) model.Freeze(part);
    }

    /// <summary>Looks whether something is left to learn.</summary>
    /// <exception cref="ProblemException">Nothing is.</exception>
    internal void Check(Module model)
    {
        if (model.NamedParameters().All(pair => Parts.Any(entry => PartNames.Holds(entry.Part, pair.Name))))
            throw new ProblemException("train.freeze: freezes the whole model; leave the fusion or an encoder to be trained");
    }

    /// <summary>As it is written to <c>config.yaml</c>.</summary>
    internal string ToYaml() => Parts.All(entry => entry.Until == Always)
        ? $"[{string.Join(", ", Parts.Select(entry => entry.Part))}]"
        : $"{{{string.Join(", ", Parts.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Part}: {entry.Until}")))}}}";
}
