using System.Globalization;
using System.Text;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>
/// <c>predictions.csv</c>: id, split, label, predicted, the fused probability of each class, then for each modality its own
/// probabilities and its weight (its share where the fusion weighs); empty where there is nothing to say.
/// </summary>
public static class PredictionsFile
{
    /// <summary>Predicts a split and writes the file; returns how many samples it holds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="split">The samples, with or without labels.</param>
    /// <param name="path">The file.</param>
    /// <param name="dropped">Modalities taken away from every sample.</param>
    public static int Write(TrainedRun run, PackSplit split, string path, IReadOnlyCollection<string>? dropped = null)
    {
        using AtomicFile file = new(path);
        using (StreamWriter writer = new(file.Stream, new UTF8Encoding(false), leaveOpen: true))
        {
            writer.NewLine = "\n";
            writer.WriteLine(string.Join(',', Header(run)));
            foreach (BatchPrediction batch in run.Evaluator.Predict(split, dropped))
                for (int i = 0; i < batch.Indices.Length; i++) writer.WriteLine(string.Join(',', Row(run, split, batch, i)));
        }
        file.Complete();
        return split.Count;
    }

    private static IEnumerable<string> Header(TrainedRun run)
    {
        IReadOnlyList<string> classes = run.Classes;
        return ((string[])["id", "split", "label", "predicted"])
            .Concat(classes.Select(name => Field($"p.{name}")))
            .Concat(run.Model.Modalities.SelectMany(modality => classes.Select(name => Field($"{modality}.p.{name}")).Append(Field($"{modality}.weight"))));
    }

    private static IEnumerable<string> Row(TrainedRun run, PackSplit split, BatchPrediction batch, int i)
    {
        IReadOnlyList<string> classes = run.Classes;
        int sample = batch.Indices[i];
        float[] fused = batch.Probabilities[i];
        yield return Field(split.Ids[sample]);
        yield return split.Name;
        yield return split.Labels.Length > 0 ? Field(split.Pack.Classes[(int)split.Labels[sample]]) : "";
        yield return Field(classes[Array.IndexOf(fused, fused.Max())]);
        foreach (float probability in fused) yield return Number(probability);
        foreach (string modality in run.Model.Modalities)
        {
            for (int c = 0; c < classes.Count; c++) yield return batch.Unimodal[modality][i] is { } row ? Number(row[c]) : "";
            yield return batch.Weights is { } weights ? Number(weights[modality][i]) : "";
        }
    }

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") >= 0 ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
