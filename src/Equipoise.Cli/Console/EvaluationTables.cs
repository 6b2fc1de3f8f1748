using System.Globalization;
using Equipoise.Evaluation;

namespace Equipoise.Cli.Console;

/// <summary>An evaluation as tables for people.</summary>
internal static class EvaluationTables
{
    private const int MostClasses = 20;

    /// <summary>What <see cref="Row"/> says of scores.</summary>
    internal static readonly string[] Figures = ["accuracy", "macro F1", "weighted F1", "mAP", "ECE"];

    internal static void Write(TextWriter output, RunEvaluation evaluation)
    {
        WriteScores(output, evaluation);
        WriteModalities(output, evaluation);
        if (evaluation.Classes.Count <= MostClasses) WriteClasses(output, evaluation.Whole, evaluation.Classes);
        else output.WriteLine($"{evaluation.Classes.Count} classes: --json has the figures of each and the confusion matrix");
        if (evaluation.Missing.Count > 0) WriteMissing(output, evaluation.Missing);
        if (evaluation.Coalitions is { } coalitions) WriteCoalitions(output, coalitions);
        WriteImbalance(output, evaluation);
    }

    private static void WriteScores(TextWriter output, RunEvaluation evaluation) => TextTable.Write(output, [evaluation.Split, "n", .. Figures],
    [
        Row("whole", evaluation.Whole),
        .. evaluation.Drops.Select(drop => Row($"without {string.Join(", ", drop.Dropped)}", drop.Scores)),
    ]);

    /// <summary>What each modality says alone, by the unimodal score, and what it contributes and falls short where that was asked.</summary>
    private static void WriteModalities(TextWriter output, RunEvaluation evaluation)
    {
        bool shapley = evaluation.Coalitions is not null, reference = evaluation.Unimodal.Count > 0;
        TextTable.Write(
            output,
            [$"alone, by {evaluation.Whole.ScoredBy}", "n", "accuracy", "macro F1", "weighted F1", .. shapley ? ["Shapley"] : (string[])[], .. reference ? ["trained alone", "shortfall"] : (string[])[]],
            evaluation.Whole.Modalities.Select((pair, m) => (string[])
            [
                pair.Key, $"{pair.Value.Total}", Number(pair.Value.Accuracy), Number(pair.Value.MacroF1), Number(pair.Value.WeightedF1),
                .. shapley ? [Number(evaluation.Coalitions!.Contributions[m])] : (string[])[],
                .. reference ? [Number(evaluation.Unimodal.GetValueOrDefault(pair.Key, double.NaN)), Number(evaluation.Imbalance.Shortfall.GetValueOrDefault(pair.Key, double.NaN))] : (string[])[],
            ]));
    }

    private static void WriteClasses(TextWriter output, Scores scores, IReadOnlyList<string> classes) => TextTable.Write(
        output,
        ["class", "n", "precision", "recall", "F1", "AP", .. classes.Select((_, k) => k == 0 ? "taken for 0" : $"{k}")],
        classes.Select((name, c) =>
        {
            var (precision, recall, f1) = scores.Confusion.Of(c);
            IReadOnlyList<int> taken = scores.Confusion.Counts[c];
            return (string[])[name == $"{c}" ? name : $"{c} {name}", $"{taken.Sum()}", Number(precision), Number(recall), Number(f1), Number(scores.AveragePrecisions[c]), .. taken.Select(count => $"{count}")];
        }));

    private static void WriteMissing(TextWriter output, IReadOnlyList<MissingRateScores> rows) => TextTable.Write(
        output,
        [$"missing rate ({rows[0].Mode.ToString().ToLowerInvariant()})", "masks", "absent", "accuracy", "macro F1", "weighted F1"],
        rows.Select(row => (string[])
        [
            row.Rate.ToString(CultureInfo.InvariantCulture), $"{row.Masks.Count}", Number(row.Absent.Mean), $"{row.Accuracy}", $"{row.MacroF1}", $"{row.WeightedF1}",
        ]));

    private static void WriteCoalitions(TextWriter output, Coalitions coalitions) => TextTable.Write(
        output,
        [$"present ({coalitions.Mode.ToString().ToLowerInvariant()} else)", "n", .. Figures],
        coalitions.Subsets.Select((scores, set) => Row(set == 0 ? "nothing" : string.Join(", ", coalitions.Present(set)), scores)));

    private static void WriteImbalance(TextWriter output, RunEvaluation evaluation)
    {
        Imbalance imbalance = evaluation.Imbalance;
        if (!double.IsNaN(imbalance.UnimodalGap)) output.WriteLine($"unimodal gap (best modality alone − worst): {Number(imbalance.UnimodalGap)}");
        if (!double.IsNaN(imbalance.ShapleyGap)) output.WriteLine($"Shapley gap (largest contribution − smallest): {Number(imbalance.ShapleyGap)}; evenness (1 balanced, 0 one does all): {Number(imbalance.ShapleyEvenness)}");
    }

    /// <summary>Name, number of samples and figures of some scores.</summary>
    internal static string[] Row(string name, Scores scores) =>
    [
        name, $"{scores.Count}", Number(scores.Accuracy), Number(scores.MacroF1), Number(scores.Confusion.WeightedF1), Number(scores.MeanAveragePrecision), Number(scores.CalibrationError),
    ];

    /// <summary>A figure, or a dash where there is none.</summary>
    internal static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
