using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;

namespace Equipoise.Tests.Configuration;

/// <summary>The configurations under samples/papers are read as they stand and say what the papers' code does.</summary>
public sealed class PaperPresetTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.Path("samples/papers"), "*.yaml").Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void ThePresetIsRead(string file)
    {
        using TempFolder folder = new();
        var (config, pack) = Resolve(folder, file);
        using (config)
        using (pack)
        {
            Assert.StartsWith(config.Methods.Name, file, StringComparison.Ordinal);
            Assert.All(config.Model.Modalities, modality => Assert.Equal("resnet18", modality.Encoder.Type));
            Assert.Equal(["random-resized-crop", "flip"], config.Inputs[1].Augmentations.Select(augmentation => augmentation.Name));
        }
    }

    [Theory]
    [InlineData("ogm-ge-crema-d.yaml", 100, 64, "concat", "sgd", 0.9, 1e-4, "0:0.001 69:0.001 70:0.0001 99:0.0001", "alpha: 0.8|start_epoch: 0|end_epoch: 50")]
    [InlineData("ogm-ge-vggsound.yaml", 100, 64, "concat", "sgd", 0.9, 1e-4, "0:0.001 69:0.001 70:0.0001", "alpha: 0.1|end_epoch: 50")]
    [InlineData("ogm-ge-journal.yaml", 100, 32, "concat", "adamw", 0.9, 0.01, "0:0.001 19:0.001 20:0.0001 40:0.00001", "alpha: 2.6|end_epoch: 80")]
    [InlineData("mla-crema-d.yaml", 100, 64, "shared", "sgd", 0.9, 1e-4, "69:0.001 70:0.0001", "ridge: 0.1|fusion: dynamic|head_gradient: rls")]
    [InlineData("qmf-crema-d.yaml", 100, 64, "late", "sgd", 0.9, 1e-4, "69:0.001 70:0.0001", "margin: released")]
    [InlineData("mmpareto-crema-d.yaml", 50, 64, "concat", "sgd", 0.9, 1e-4, "0:0.002 30:0.002 49:0.002", "magnitude: 1.5|rescale: tensor")]
    [InlineData("uniform-crema-d.yaml", 50, 64, "concat", "sgd", 0.9, 1e-4, "0:0.002 49:0.002", "name: uniform")]
    [InlineData("relearn-crema-d.yaml", 90, 64, "concat", "sgd", 0.9, 1e-4, "0:0.002 89:0.002", "every: 20|times: 3|lambda: 3")]
    [InlineData("relearn-kinetics-sounds.yaml", 90, 64, "concat", "sgd", 0.9, 1e-4, "0:0.001 89:0.001", "every: 20|times: 3")]
    public void ThePresetSaysWhatThePaperDoes(
        string file, int epochs, int batch, string fusion, string optimizer, double momentum, double weightDecay, string steps, string settings)
    {
        using TempFolder folder = new();
        var (config, pack) = Resolve(folder, file);
        using (config)
        using (pack)
        {
            TrainSettings train = config.Train;
            Assert.Equal((epochs, batch, fusion), (train.Epochs, train.BatchSize, config.Model.Fusion.Type));
            Assert.Equal((optimizer, weightDecay), (train.Optimizer.Type, train.Optimizer.WeightDecay));
            if (optimizer == "sgd") Assert.Equal(momentum, train.Optimizer.Momentum);
            foreach (string[] pair in steps.Split(' ').Select(step => step.Split(':')))
                Assert.Equal(double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture), train.Optimizer.LearningRate * train.Schedule.At(int.Parse(pair[0], System.Globalization.CultureInfo.InvariantCulture), epochs), 12);
            string yaml = config.Resolved.ToYaml();
            Assert.All(settings.Split('|'), setting => Assert.Contains(setting, yaml, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void EveryPresetIsChecked() => Assert.Equal(Files.Count, typeof(PaperPresetTests).GetMethod(nameof(ThePresetSaysWhatThePaperDoes))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Length);

    private static (RunConfig Config, Pack Pack) Resolve(TempFolder folder, string file)
    {
        PackModality[] modalities =
        [
            new("audio", ModalityKind.Spectrogram, [1, 33, 40], ElementType.Float32, null),
            new("visual", ModalityKind.Video, [1, 32, 32, 3], ElementType.UInt8, null),
        ];
        using (PackWriter writer = new(folder["pack"], "p", ["x", "y"], modalities))
        {
            foreach (string split in (string[])["train", "val", "test"])
            {
                PackSplitWriter part = writer.AddSplit(split);
                for (int i = 0; i < 4; i++) part.Append($"{i}", i % 2, null, new Dictionary<string, byte[]?> { ["audio"] = new byte[33 * 40 * 4], ["visual"] = new byte[32 * 32 * 3] });
            }
            writer.Complete(0, []);
        }
        return new RunConfigReader(Repository.Path($"samples/papers/{file}")).Override(folder["pack"], null, []).Resolve();
    }
}
