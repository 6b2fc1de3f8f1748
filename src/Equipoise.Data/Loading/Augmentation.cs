using System.Globalization;

namespace Equipoise.Data;

/// <summary>A random change of an input in training, such as <c>flip</c> or <c>time-mask:192</c>.</summary>
/// <param name="Name">What it does; one of <see cref="Names"/>.</param>
/// <param name="Amount">How much, in the unit of its kind.</param>
public sealed record Augmentation(string Name, double Amount)
{
    private static readonly Dictionary<string, (double Usual, double Most, bool OfPictures)> Kinds = new()
    {
        ["random-resized-crop"] = (0.08, 1, true),
        ["flip"] = (0.5, 1, true),
        ["color-jitter"] = (0.4, 1, true),
        ["time-mask"] = (192, 1_000_000, false),
        ["frequency-mask"] = (48, 1_000_000, false),
        ["noise"] = (0.1, 1000, false),
        ["roll"] = (1024, 1_000_000, false),
    };

    /// <summary>The augmentations there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Keys];

    /// <summary>Whether it changes pictures, clips and flow; otherwise spectrograms.</summary>
    public bool IsOfPictures => Kinds[Name].OfPictures;

    /// <summary>Reads <c>name</c> or <c>name:amount</c>.</summary>
    /// <returns>Null where there is no such augmentation, or the amount is none.</returns>
    public static Augmentation? Read(string text)
    {
        string[] parts = text.Split(':');
        if (!Kinds.TryGetValue(parts[0], out var kind)) return null;
        if (parts.Length == 1) return new Augmentation(parts[0], kind.Usual);
        bool amount = double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= kind.Most;
        return parts.Length == 2 && amount ? new Augmentation(parts[0], value) : null;
    }

    /// <summary>As <see cref="Read"/> takes it.</summary>
    public override string ToString() => Amount == Kinds[Name].Usual ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Amount}");
}
