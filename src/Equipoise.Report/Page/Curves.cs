using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>The curves of a run over its epochs: accuracy on val, losses, the method's own figures.</summary>
internal sealed class Curves(RunLog log, Palette palette)
{
    private const int MostRows = 200, MostCharts = 24;
    private readonly EpochEvent[] _epochs = [.. log.Epochs];

    public void WriteTo(Markup to)
    {
        if (_epochs.Length == 0) return;
        using var charts = to.In("div", ("class", "charts"));
        Accuracy(to, "Accuracy on val, each modality alone and joint", epoch => epoch.Val);
        Accuracy(to, "Accuracy on train", epoch => epoch.Train);
        Chart(to, "Loss on train", Gather(epoch => epoch.Loss), Around, Numbers.Short);
        var figures = Gather(epoch => epoch.Figures).GroupBy(column => column.Name.Split('.')[0]).Take(MostCharts);
        foreach (var group in figures)
            Chart(to, Title(group.Key), [.. group.Select(column => (Rest(column.Name), column.Points))], Around, Numbers.Short);
    }

    private static Axis Around(IEnumerable<double> values) => Axis.Around(values, logarithmic: true);

    private static string Title(string name) => "Method: " + name.Replace('_', ' ');

    /// <summary>What follows the first dot: in the picture of the ratios, <c>ratio.audio</c> is just audio.</summary>
    private static string Rest(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private void Accuracy(Markup to, string title, Func<EpochEvent, Scores?> pick) =>
        Chart(to, title, Gather(epoch => Accuracies(pick(epoch))), Axis.Shares, Numbers.Percent);

    private static Dictionary<string, double> Accuracies(Scores? scores)
    {
        var values = new Dictionary<string, double>();
        if (scores is null) return values;
        values["joint"] = scores.Accuracy;
        foreach (var (name, score) in scores.Modalities) values[name] = score.Accuracy;
        return values;
    }

    /// <summary>Columns by name, in order of appearance; an epoch without the name has no point.</summary>
    private List<(string Name, List<(double X, double Y)> Points)> Gather(
        Func<EpochEvent, IReadOnlyDictionary<string, double>> pick)
    {
        var columns = new List<(string Name, List<(double X, double Y)> Points)>();
        var places = new Dictionary<string, int>();
        foreach (var epoch in _epochs)
            foreach (var (name, value) in pick(epoch))
            {
                if (places.TryAdd(name, columns.Count)) columns.Add((name, []));
                columns[places[name]].Points.Add((epoch.Epoch, value));
            }

        return columns;
    }

    private void Chart(
        Markup to,
        string title,
        IReadOnlyList<(string Name, List<(double X, double Y)> Points)> columns,
        Func<IEnumerable<double>, Axis> axis,
        Func<double, string> read)
    {
        if (!columns.SelectMany(column => column.Points).Any(point => Axis.Drawable(point.Y))) return;
        var inks = palette.For([.. columns.Select(column => column.Name)]);
        var series = columns.Select((column, i) => new Series(column.Name, inks[i], column.Points)).ToList();
        var vertical = axis(series.SelectMany(s => s.Points).Select(point => point.Y));
        bool percent = axis == Axis.Shares;
        using var figure = to.Figure(title + (percent ? ", %" : vertical.Logarithmic ? " (logarithmic)" : ""));
        to.Legend(series.Select(s => (s.Name, s.Ink)));
        new LineChart(title, series, vertical) { Read = read, Tick = percent ? share => Numbers.Short(share * 100) : read, Selected = log.SelectedEpoch }.WriteTo(to);
        Table(title, series, read).WriteFolded(to);
    }

    private DataTable Table(string title, IReadOnlyList<Series> series, Func<double, string> read)
    {
        var lookups = series.Select(s => s.Points.ToDictionary(point => point.X, point => point.Y)).ToList();
        var shown = Thinning.Evenly([.. _epochs.Select(epoch => epoch.Epoch)], MostRows);
        string caption = shown.Count < _epochs.Length ? $"{title}: {shown.Count} of {_epochs.Length} epochs" : title;
        return new(caption, ["epoch", .. series.Select(s => s.Name)],
            [.. shown.Select(epoch => (IReadOnlyList<Cell>)
            [
                new Cell(Numbers.Whole(epoch), epoch),
                .. lookups.Select(values => values.TryGetValue(epoch, out double y) ? new Cell(read(y), y) : new Cell(Numbers.Missing)),
            ])]);
    }
}
