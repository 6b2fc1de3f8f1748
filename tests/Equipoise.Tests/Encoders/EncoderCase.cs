using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Tests.Encoders;

/// <summary>One encoder with small sizes and random weights, its input, and what it makes of it.</summary>
/// <param name="Block">The <c>encoder</c> block.</param>
/// <param name="Kind">The kind of modality.</param>
/// <param name="Shape">The shape of one sample in a pack.</param>
/// <param name="Masked">Whether some positions only fill the samples up.</param>
public sealed record EncoderCase(string Block, ModalityKind Kind, long[] Shape, bool Masked = false)
{
    private const int Batch = 5, Vocabulary = 23;

    /// <inheritdoc />
    public override string ToString() => $"{Block} {Kind} [{string.Join(", ", Shape)}]{(Masked ? " masked" : "")}";

    internal PackModality Modality => new("input", Kind, Shape, Kind == ModalityKind.Text ? ElementType.Int64 : ElementType.Float32, null);

    internal EncoderSpec Spec()
    {
        ProblemList problems = new();
        YamlMap map = YamlMap.Parse(Block, "case", problems);
        EncoderSpec spec = ModelReader.Encoder(map, Modality);
        map.RejectUnknown();
        problems.ThrowIfAny();
        return spec;
    }

    /// <summary>Writes the case for the independent program.</summary>
    internal void Write(string folder)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(7);
        EncoderSpec spec = Spec();
        using Encoder encoder = spec.Make(initial);
        Directory.CreateDirectory(folder);
        JsonObject json = YamlMap.Parse(spec.Settings!, "case", new ProblemList()).ToJson();
        json["kind"] = Kind.ToString().ToLowerInvariant();
        json["shape"] = new JsonArray([.. Shape.Select(size => (JsonNode)size)]);
        File.WriteAllText(Path.Combine(folder, "encoder.json"), json.ToJsonString());
        SafetensorsWriter.Write(Path.Combine(folder, "weights.safetensors"), encoder.StateDict().Select(pair => KeyValuePair.Create(pair.Name, Shaken(pair.Name, pair.Tensor, initial).ToArray())));
        Dictionary<string, NdArray> input = new() { ["input"] = Input(initial).ToArray(), ["direction"] = Normal(initial, Batch, encoder.Width).ToArray() };
        if (Masked) input["mask"] = Mask().ToArray();
        SafetensorsWriter.Write(Path.Combine(folder, "input.safetensors"), input);
    }

    /// <summary>Features and gradients in both modes, under the names of the independent program.</summary>
    internal Dictionary<string, float[]> Outcome(string folder, string? block = null)
    {
        using TensorScope scope = TensorScope.Begin();
        TorchRuntime.Threads = 1; // As the other program: a ReLU that rounding flips is a whole gradient.
        using Generator initial = new(8);
        using Encoder encoder = (this with { Block = block ?? Block }).Spec().Make(initial);
        using SafetensorsReader weights = SafetensorsReader.Open(Path.Combine(folder, "weights.safetensors")), given = SafetensorsReader.Open(Path.Combine(folder, "input.safetensors"));
        using (GradMode.Off())
            foreach (var (name, tensor) in encoder.StateDict()) tensor.CopyInPlace(weights.Read(name).ToTensor());
        Dictionary<string, float[]> found = [];
        foreach (bool training in (bool[])[false, true])
        {
            encoder.Train(training);
            string mode = training ? "train" : "eval";
            Tensor input = given.Read("input").ToTensor();
            if (Kind != ModalityKind.Text) input.RequiresGrad = true;
            Tensor features = encoder.Forward(input, Masked ? given.Read("mask").ToTensor() : null);
            Assert.Equal([Batch, encoder.Width], features.Shape);
            Autograd.Backward((features * given.Read("direction").ToTensor()).Sum());
            found[$"{mode}.features"] = features.ToArray<float>();
            if (input.Grad is { } gradient) found[$"{mode}.gradient.input"] = gradient.ToArray<float>();
            foreach (var (name, parameter) in encoder.NamedParameters())
            {
                if (parameter.Grad is { } own) found[$"{mode}.gradient.{name}"] = own.ToArray<float>();
                parameter.Grad = null;
            }
        }
        return found;
    }

    /// <summary><c>‖found − expected‖ / ‖expected‖</c>, at least 1e-3 below the line: a gradient that is 0 but for rounding has no relative error.</summary>
    internal static double Error(float[] found, float[] expected)
    {
        if (found.Length != expected.Length) return double.NaN;
        double difference = Math.Sqrt(found.Zip(expected).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        return difference / Math.Max(1e-3, Math.Sqrt(expected.Sum(value => (double)value * value)));
    }

    /// <summary>Weights as they start; vectors (biases, scales) and learnt tokens are moved off their even start.</summary>
    private static Tensor Shaken(string name, Tensor tensor, Generator generator) =>
        tensor.Type != DType.Float32 || name.EndsWith("running_var", StringComparison.Ordinal) ? tensor : tensor + Normal(generator, tensor.Shape) * (tensor.Dimensions == 1 ? 0.2 : 0.02);

    private Tensor Input(Generator generator)
    {
        long[] shape = BatchLayout.Of(Modality, Batch);
        if (Kind != ModalityKind.Text) return Normal(generator, shape);
        Tensor uniform = Tensor.Zeros(shape);
        uniform.UniformInPlace(0, Vocabulary, generator);
        return uniform.To(DType.Int64);
    }

    /// <summary>Of the first sample everything is real, of the last one position, of the others some.</summary>
    private Tensor Mask()
    {
        int length = (int)Shape[0];
        bool[] real = [.. Enumerable.Range(0, Batch).SelectMany(sample => Enumerable.Range(0, length).Select(i => i == 0 || i < length - sample * (length - 1) / (Batch - 1)))];
        return Tensor.From(real, Batch, length);
    }

    private static Tensor Normal(Generator generator, params long[] shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        tensor.NormalInPlace(0, 1, generator);
        return tensor;
    }
}
