using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>What a run came to on test: confusion matrix, scores per class, later evaluations.</summary>
internal sealed class TestResult(RunLog log)
{
    private const int MostPairs = 30;

    public void WriteTo(Markup to)
    {
        if (log.Test is { } test)
        {
            using var charts = to.In("div", ("class", "charts"));
            Confusion(to, test);
            PerClass(to, test);
        }

        Evaluations(to);
    }

    private IReadOnlyList<string> Names(int count) =>
        [.. Enumerable.Range(0, count).Select(i => i < log.Start.Classes.Count ? log.Start.Classes[i] : $"class {i}")];

    private void Confusion(Markup to, Scores test)
    {
        int count = test.Confusion.Count;
        if (count == 0) return;
        const string title = "Confusion on test";
        var names = Names(count);
        using var figure = to.Figure(title + " (shade: share of the true class)");
        if (count > HeatMap.MostClasses)
        {
            Pairs(test, names).WriteTo(to);
            return;
        }

        new HeatMap(title, names, test.Confusion).WriteTo(to);
        new DataTable(title + ", true classes down, predicted across", ["true", .. names],
            [.. names.Select((name, i) => (IReadOnlyList<Cell>)[new(name), .. test.Confusion[i].Select(Cell.Number)])])
            .WriteFolded(to);
    }

    private static DataTable Pairs(Scores test, IReadOnlyList<string> names)
    {
        var pairs = from row in Enumerable.Range(0, names.Count)
                    from column in Enumerable.Range(0, names.Count)
                    where row != column && test.Confusion[row][column] > 0
                    orderby test.Confusion[row][column] descending
                    select (IReadOnlyList<Cell>)[new(names[row]), new(names[column]), Cell.Number(test.Confusion[row][column])];
        return new($"Most confused of {names.Count} classes", ["true", "predicted", "samples"], [.. pairs.Take(MostPairs)]);
    }

    private static void PerClass(Markup to, Scores test)
    {
        if (test.Classes.Count == 0) return;
        using var figure = to.Figure("Per class on test, %");
        new DataTable("Scores per class on test, in percent", ["class", "samples", "precision", "recall", "F1"],
            [.. test.Classes.Select(c => (IReadOnlyList<Cell>)
            [
                new(c.Name), new(Numbers.Whole(c.Count), c.Count), Cell.Percent(c.Precision), Cell.Percent(c.Recall), Cell.Percent(c.F1),
            ])]).WriteTo(to);
    }

    private void Evaluations(Markup to)
    {
        if (log.Evaluations.Count == 0) return;
        var modalities = log.Evaluations.SelectMany(e => e.Scores.Modalities.Keys).Distinct().ToList();
        to.Add("h3", "Later evaluations");
        new DataTable("Evaluations after training, accuracy in percent", ["time", "split", "looks at test", "accuracy", .. modalities],
            [.. log.Evaluations.Select(e => (IReadOnlyList<Cell>)
            [
                new(e.Time ?? Numbers.Missing), new(e.Split), new(Numbers.Whole(e.Looks), e.Looks), Cell.Percent(e.Scores.Accuracy),
                .. modalities.Select(m => Cell.Percent(e.Scores.Modalities.GetValueOrDefault(m)?.Accuracy ?? double.NaN)),
            ])]).WriteTo(to);
    }
}
