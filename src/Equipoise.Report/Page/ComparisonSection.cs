using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>The rows of a comparison side by side: table and bars.</summary>
internal sealed class ComparisonSection(IReadOnlyList<ComparisonRow> rows, IReadOnlyDictionary<ComparisonRow, string> anchors, Palette palette)
{
    private readonly List<ComparisonRow> _references = [.. rows.Where(row => row.IsReference)];
    private readonly List<ComparisonRow> _compared = [.. rows.Where(row => !row.IsReference)];

    public void WriteTo(Markup to)
    {
        if (rows.Count == 0)
        {
            to.Add("p", "The comparison has no rows yet.", ("class", "quiet"));
            return;
        }

        using var section = to.In("section", ("id", "comparison"));
        to.Add("h2", rows.Count > 1 ? "Comparison" : "Result");
        Table().WriteTo(to);
        if (_compared.Count > 1) to.Add("p", "Marked: the best of each column among the models of several modalities. "
            + "The small figure is the distance to the same modality trained alone, in points.", ("class", "quiet"));
        Bars(to);
    }

    private DataTable Table()
    {
        var probes = rows.SelectMany(row => row.Probes.Keys).Distinct().ToList();
        double best = Best(row => row.Accuracy);
        bool f1 = rows.Any(row => !double.IsNaN(row.MacroF1));
        string[] columns =
        [
            "run", "method", "test accuracy, %", .. f1 ? ["macro F1, %"] : Array.Empty<string>(),
            .. palette.Modalities.Select(m => m + " alone, %"), .. probes.Select(m => m + " probe, %"), "seconds",
        ];
        double bestF1 = Best(row => row.MacroF1);
        double quickest = -Best(row => -row.Seconds);
        return new("Test results", columns, [.. rows.Select(row => (IReadOnlyList<Cell>)
        [
            new(row.Name, Link: anchors.TryGetValue(row, out string? anchor) ? "#" + anchor : null),
            new(row.Method),
            Cell.Percent(row.Accuracy, Marked(row, row.Accuracy, best)),
            .. f1 ? [Cell.Percent(row.MacroF1, Marked(row, row.MacroF1, bestF1))] : Array.Empty<Cell>(),
            .. palette.Modalities.Select(m => Alone(row, m)),
            .. probes.Select(m => Cell.Percent(Value(row.Probes, m), Marked(row, Value(row.Probes, m), Best(r => Value(r.Probes, m))))),
            new(Numbers.Seconds(row.Seconds), row.Seconds, Marked(row, row.Seconds, quickest)),
        ])])
        { RowStyles = [.. rows.Select(row => row.IsReference ? "reference-row" : null)] };
    }

    private Cell Alone(ComparisonRow row, string modality)
    {
        double value = Value(row.Modalities, modality);
        double gap = (value - Reference(modality)) * 100;
        string sign = gap < 0 ? "−" : "+";
        string? note = row.IsReference || !double.IsFinite(gap) ? null : $" {sign}{Numbers.Percent(Math.Abs(gap) / 100)}";
        return Cell.Percent(value, Marked(row, value, Best(r => Value(r.Modalities, modality))), note);
    }

    /// <summary>The largest of what differs; NaN, which nothing equals, where there is nothing to choose between.</summary>
    private double Best(Func<ComparisonRow, double> pick)
    {
        var values = _compared.Select(pick).Where(double.IsFinite).Distinct().ToList();
        return values.Count > 1 ? values.Max() : double.NaN;
    }

    private static bool Marked(ComparisonRow row, double value, double best) => !row.IsReference && value == best;

    private double Reference(string modality) =>
        _references.Select(row => Value(row.Modalities, modality)).FirstOrDefault(double.IsFinite, double.NaN);

    private static double Value(IReadOnlyDictionary<string, double> values, string name) =>
        values.TryGetValue(name, out double value) ? value : double.NaN;

    private void Bars(Markup to)
    {
        const string title = "Test accuracy, joint and each modality alone inside the model";
        var groups = rows.Select(row => new BarGroup(row.Name, [.. BarsOf(row)])).ToList();
        var references = palette.Modalities.Select(m => new Bar($"{m} trained alone", palette.Modality(m), Reference(m)))
            .Where(bar => double.IsFinite(bar.Value)).ToList();
        using var figure = to.Figure(title + (references.Count > 0 ? "; dashed: that modality trained alone" : ""), wide: true);
        to.Legend([("joint", Palette.Joint), .. palette.Modalities.Select(m => (m, palette.Modality(m)))]);
        new BarChart(title, groups, references).WriteTo(to);
        new DataTable(title, ["run", "joint, %", .. palette.Modalities.Select(m => m + ", %")],
            [.. rows.Select(row => (IReadOnlyList<Cell>)
            [
                new(row.Name), Cell.Percent(row.IsReference ? double.NaN : row.Accuracy),
                .. palette.Modalities.Select(m => Cell.Percent(Value(row.Modalities, m))),
            ])]).WriteFolded(to);
    }

    private IEnumerable<Bar> BarsOf(ComparisonRow row)
    {
        var alone = palette.Modalities.Where(row.Modalities.ContainsKey)
            .Select(m => new Bar(m + " alone", palette.Modality(m), row.Modalities[m])).ToList();
        return row.IsReference && alone.Count > 0 ? alone : alone.Prepend(new Bar("joint", Palette.Joint, row.Accuracy));
    }
}
