using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Tests.Configuration;

/// <summary>How inputs are normalised is what the configuration says.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("imagenet", 0.485)]
    [InlineData("{mean: imagenet}", 0.485)]
    [InlineData("{mean: [0.1, 0.2, 0.3], std: [1, 1, 1]}", 0.1)]
    [InlineData("{mean: 0.5, std: 2}", 0.5)]
    public void ConstantsAreThoseNamed(string input, double mean)
    {
        using TempFolder folder = new();
        var (config, pack) = Resolve(folder, "picture", input);
        using (config)
        using (pack)
            Assert.Equal(mean, config.Inputs[0].Normalisation.Mean[0]);
    }

    [Fact]
    public void ImageNetIsRefusedForWhatIsNoPicture()
    {
        using TempFolder folder = new();
        Assert.Contains("three channels", Assert.Throws<ProblemException>(() => Resolve(folder, "vector", "imagenet")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FewerFramesMakeASmallerInput()
    {
        Dictionary<string, NdArray> arrays = new()
        {
            ["label"] = NdArray.From<long>([0, 1, 0, 1], 4),
            ["sound"] = NdArray.From<float>(new float[4 * 2 * 5], 4, 1, 2, 5),
            ["vector"] = NdArray.From<float>(new float[4 * 3], 4, 3),
        };
        using Pack pack = Pack.InMemory("p", ["x", "y"], arrays, arrays, arrays);
        RunConfig Resolve(string modality, int frames) => new RunConfigReader()
            .Override(settings: [("model.modalities.sound.encoder.type", "mlp"), ($"model.modalities.{modality}.input.frames", $"{frames}")]).Resolve(pack);
        using RunConfig config = new RunConfigReader().Override(settings: [("model.modalities", "{sound: {encoder: {type: mlp}, input: {frames: 3}}, vector: {}}")]).Resolve(pack);
        using Generator initial = new(0);
        using TensorScope scope = TensorScope.Begin();
        using Encoder encoder = config.Model.Modalities[0].Encoder.Make(initial);
        Assert.Equal([128, 2 * 3], encoder.NamedParameters().First().Tensor.Shape);
        Assert.Contains("frames: 3", config.Resolved.ToYaml(), StringComparison.Ordinal);
        using RunConfig alone = new RunConfigReader().Override(method: "unimodal", settings: [("method.modality", "vector"), ("model.modalities", "{sound: {input: {mean: 0, std: 1, augment: [roll]}}, vector: {}}")]).Resolve(pack);
        Assert.Equal("vector", Assert.Single(alone.Inputs).Modality.Name);
        Assert.Contains("asks for 6 frames of sound, which has 5", Assert.Throws<ProblemException>(() => Resolve("sound", 6)).Message, StringComparison.Ordinal);
        Assert.Contains("asks for 1 frames of vector, which has 0", Assert.Throws<ProblemException>(() => Resolve("vector", 1)).Message, StringComparison.Ordinal);
    }

    private static (RunConfig Config, Pack Pack) Resolve(TempFolder folder, string modality, string input)
    {
        PackModality[] modalities = [new("picture", ModalityKind.Image, [4, 4, 3], ElementType.UInt8, null), new("vector", ModalityKind.Features, [2], ElementType.Float32, null)];
        using (PackWriter writer = new(folder["pack"], "p", ["x", "y"], modalities))
        {
            foreach (string split in (string[])["train", "val", "test"])
            {
                PackSplitWriter part = writer.AddSplit(split);
                for (int i = 0; i < 4; i++) part.Append($"{i}", i % 2, null, new Dictionary<string, byte[]?> { ["picture"] = new byte[48], ["vector"] = new byte[8] });
            }
            writer.Complete(0);
        }
        File.WriteAllText(folder["c.yaml"], $"data: pack\nmodel:\n  modalities:\n    picture: {(modality == "picture" ? $"{{input: {input}}}" : "{}")}\n    vector: {(modality == "vector" ? $"{{input: {input}}}" : "{}")}\n");
        return new RunConfigReader(folder["c.yaml"]).Resolve();
    }
}
