using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Training;

namespace Equipoise.Exporting;

/// <summary>Writes a run as TorchScript programs: one for each set of modalities that may be present, since what is fused differs.</summary>
internal static class ScriptExporter
{
    private const double Tolerance = 1e-5;
    private static readonly int[] BatchSizes = [3, 5, 2];
    private static readonly bool[] Nowhere = [false];

    /// <summary>Writes <c>FILE</c> for all modalities and <c>FILE.A+B.pt</c> for every other set; each is run once on a batch of another size and compared.</summary>
    /// <returns>The files, each with the names of its inputs.</returns>
    /// <exception cref="ProblemException">The model cannot be written as a program.</exception>
    internal static IReadOnlyList<(string File, string[] Inputs)> Write(TrainedRun run, string path)
    {
        List<(string, string[])> files = [];
        string[] all = [.. run.Model.Modalities];
        for (int set = (1 << all.Length) - 1; set > 0; set--)
        {
            string[] present = [.. all.Where((_, m) => (set >> m & 1) == 1)];
            string file = present.Length == all.Length ? path : Path.ChangeExtension(path, $".{string.Join('+', present)}{Path.GetExtension(path)}");
            files.Add((file, WriteOne(run, present, file)));
        }
        return files;
    }

    private static string[] WriteOne(TrainedRun run, string[] present, string file)
    {
        using TensorScope scope = TensorScope.Begin();
        ScriptInput[] inputs = [.. run.Config.Inputs.Where(input => present.Contains(input.Modality.Name)).SelectMany(ScriptInput.Of)];
        Tensor[][] batches = [.. BatchSizes.Select(size => inputs.Select(input => input.Sample(size)).ToArray())];
        Tensor Forward(Tensor[] given) => Predict(run, present, inputs.Zip(given).ToDictionary(pair => pair.First.Name, pair => pair.Second));
        string[] absent = [.. run.Model.Modalities.Except(present).Select(modality => $"encoders.{modality}.")];
        try
        {
            using AtomicFile target = new(file);
            ScriptTracer.Save(target.Stream.Name, run.Model, [.. inputs.Select(input => input.Name)], batches[0], batches[1], Forward, name => !absent.Any(part => name.StartsWith(part, StringComparison.Ordinal)));
            Compare(target.Stream.Name, batches[2], Forward);
            target.Complete();
        }
        catch (Exception error) when (error is ArgumentException or TensorException or NotSupportedException)
        {
            string encoders = string.Join(", ", run.Config.Model.Modalities.Where(modality => present.Contains(modality.Name)).Select(modality => modality.Encoder.Type).Distinct());
            throw new ProblemException($"equipoise export: a model of {encoders} cannot be written as a program ({error.Message.ReplaceLineEndings("\n").Split('\n')[0]}); export its weights, with --format pth");
        }
        return [.. inputs.Select(input => input.Name)];
    }

    /// <summary>What the run predicts where only some modalities are there; the others are zeros that take no part.</summary>
    private static Tensor Predict(TrainedRun run, string[] present, Dictionary<string, Tensor> given)
    {
        Dictionary<string, Tensor> features = present.ToDictionary(name => name, name => run.Model.Encode(name, given[ScriptInput.NameOf(name)], given.GetValueOrDefault(ScriptInput.MaskOf(name))));
        Tensor zero = features[present[0]].Narrow(1, 0, 1) * 0;
        int projected = run.Config.Model.Fusion.Projection;
        foreach (string name in run.Model.Modalities.Except(present)) features[name] = zero + Tensor.Zeros(1, projected > 0 ? projected : run.Model.Encoder(name).Width);
        FeatureSet set = new(run.Model.Modalities, features, run.Model.Modalities.Except(present).ToDictionary(name => name, _ => Nowhere));
        return run.Config.Methods.Predict(run.Model, new ForwardResult(set, run.Model.Fusion.Fuse(set))).Logits;
    }

    private static void Compare(string file, Tensor[] batch, Func<Tensor[], Tensor> forward)
    {
        using GradMode off = GradMode.Off();
        using ScriptModule program = new(file);
        program.Train(false);
        float[] expected = forward(batch).ToArray<float>(), found = program.Forward(batch).ToArray<float>();
        if (expected.Length != found.Length || expected.Zip(found).Any(pair => !(Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First)))))
            throw new ArgumentException("as a program it gives other scores");
    }

    /// <summary>For <c>FILE.json</c>: the programs and their inputs in order.</summary>
    internal static JsonObject Describe(IEnumerable<(string File, string[] Inputs)> files) => new(files.Select(file => KeyValuePair.Create(
        Path.GetFileName(file.File), (JsonNode?)new JsonArray([.. file.Inputs.Select(name => (JsonNode)name)]))));
}
