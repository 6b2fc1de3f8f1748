namespace Equipoise.Report.Svg;

/// <summary>How a series is drawn: a colour and a dash, both classes of the style sheet.</summary>
internal readonly record struct Ink(string Colour, int Dash = 0)
{
    public string Class => Dash == 0 ? Colour : $"{Colour} dash-{Dash}";
}

/// <summary>
/// One colour per modality, the same in every picture of a page; the joint model has the colour of the text. The eight
/// colours of the style sheet are told apart by colour-blind readers; where one serves twice, a dash tells more.
/// </summary>
internal sealed class Palette(IEnumerable<string> modalities)
{
    private const int Colours = 8;
    private readonly List<string> _modalities = [.. modalities.Distinct()];

    public static Ink Joint { get; } = new("ink-joint");

    public IReadOnlyList<string> Modalities => _modalities;

    public Ink Modality(string name) => new($"ink-{Math.Max(0, _modalities.IndexOf(name)) % Colours}");

    /// <summary>Inks for series shown together: by the modality in each dotted name, otherwise by position.</summary>
    public IReadOnlyList<Ink> For(IReadOnlyList<string> names)
    {
        var used = new Dictionary<string, int>();
        var inks = new List<Ink>();
        foreach (string name in names)
        {
            string colour = Colour(name, inks.Count);
            int times = used[colour] = used.GetValueOrDefault(colour, -1) + 1;
            inks.Add(new(colour, times % 4));
        }

        return inks;
    }

    private string Colour(string name, int position)
    {
        if (name is "joint" or "accuracy") return Joint.Colour;
        if (name is "total") return "ink-total";
        int modality = _modalities.FindIndex(m => name == m || name.Split('.').Contains(m));
        return $"ink-{(modality >= 0 ? modality : _modalities.Count + position) % Colours}";
    }
}
