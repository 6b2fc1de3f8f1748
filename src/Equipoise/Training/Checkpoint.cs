using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Training;

/// <summary>
/// Weights and everything else that training needs to go on bit for bit. A checkpoint is written beside its place and renamed; the
/// one before stays readable until then.
/// </summary>
public static class Checkpoint
{
    private const string Remedy = "train again with --force";

    /// <summary>Writes a checkpoint.</summary>
    public static void Save(string folder, MultimodalModel model, Optimizer optimizer, MethodSet methods, Generator noise, JsonObject progress)
    {
        using TensorScope scope = TensorScope.Begin();
        string partial = folder + ".partial", old = folder + ".old";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        try
        {
            SafetensorsWriter.Write(Path.Combine(partial, "weights.safetensors"), Arrays(model.StateDict().Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor))));
            IEnumerable<KeyValuePair<string, Tensor>> state = optimizer.State.Select(pair => KeyValuePair.Create($"optimizer.{pair.Key}", pair.Value))
                .Concat(methods.State().Select(pair => KeyValuePair.Create($"method.{pair.Key}", pair.Value)))
                .Append(KeyValuePair.Create("generator.noise", Tensor.From(noise.State, noise.State.Length)));
            SafetensorsWriter.Write(Path.Combine(partial, "state.safetensors"), Arrays(state));
            AtomicFile.WriteAllText(Path.Combine(partial, "state.json"), progress.ToJsonString() + "\n");
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        if (Directory.Exists(folder)) Directory.Move(folder, old);
        Directory.Move(partial, folder);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    }

    /// <summary>Loads weights into a model built from the same configuration.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is absent or does not fit.</exception>
    public static void LoadWeights(string folder, MultimodalModel model)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        string path = Path.Combine(Whole(folder), "weights.safetensors");
        using SafetensorsReader file = SafetensorsReader.Open(path);
        foreach (var (name, tensor) in model.StateDict())
        {
            NdArray array = file.Read(name);
            if (!array.Shape.SequenceEqual(tensor.Shape))
                throw new InvalidFileException(path, $"holds {name} as [{string.Join(", ", array.Shape)}] where the model has [{string.Join(", ", tensor.Shape)}]", "use the configuration it was trained with");
            Fitting(path, () => tensor.CopyInPlace(array.ToTensor()));
        }
    }

    /// <summary>Loads everything, so that training goes on where the checkpoint was taken; returns the progress saved with it.</summary>
    public static JsonObject Load(string folder, MultimodalModel model, Optimizer optimizer, MethodSet methods, Generator noise)
    {
        LoadWeights(folder, model);
        using TensorScope scope = TensorScope.Begin();
        string path = Path.Combine(Whole(folder), "state.safetensors");
        using SafetensorsReader file = SafetensorsReader.Open(path);
        Fitting(path, () =>
        {
            Dictionary<string, Tensor> state = file.Names.ToDictionary(name => name, name => file.Read(name).ToTensor());
            optimizer.LoadState(Part(state, "optimizer."));
            methods.LoadState(Part(state, "method.").ToDictionary());
            noise.State = state["generator.noise"].ToArray<byte>();
        });
        return WholeFile.ReadJson(Path.Combine(Whole(folder), "state.json"), "state of a run", Remedy, json =>
        {
            Progress.FromJson(json.AsObject()); // Says whether all that training needs is there.
            return json.AsObject();
        });
    }

    /// <summary>Whether there is a checkpoint, whole or about to be replaced.</summary>
    public static bool Exists(string folder) => Directory.Exists(folder) || Directory.Exists(folder + ".old");

    /// <summary>Takes over what a file holds; what libtorch refuses does not fit this run.</summary>
    private static void Fitting(string path, Action load)
    {
        try
        {
            load();
        }
        catch (Exception error) when (error is (TensorException and not TensorOutOfMemoryException) or ArgumentException or InvalidOperationException or NotSupportedException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new InvalidFileException(path, $"does not fit this run ({error.Message})", Remedy);
        }
    }

    private static string Whole(string folder) => Directory.Exists(folder) ? folder : folder + ".old";

    private static IEnumerable<KeyValuePair<string, Tensor>> Part(Dictionary<string, Tensor> state, string prefix) => state
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value));

    private static IEnumerable<KeyValuePair<string, NdArray>> Arrays(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToArray()));
}
