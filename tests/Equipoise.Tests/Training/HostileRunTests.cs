using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Replay;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Damaged runs and replay cases: what is in them, or a refusal in plain lines.</summary>
public sealed class HostileRunTests : IDisposable
{
    private static readonly Type[] Documented = [typeof(InvalidFileException), typeof(ProblemException)];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("state.safetensors")]
    [InlineData("state.json")]
    public void ACheckpoint(string file)
    {
        Runs.Train(SmallPack.Make(_folder["pack"]), _folder["run"], "relearn", ("train.epochs", "1"));
        var (config, pack) = new RunConfigReader(_folder["run/config.yaml"]).Resolve();
        using (config)
        using (pack)
        using (MultimodalModel model = RunParts.BuildModel(config))
        using (Optimizer optimizer = config.Train.Optimizer.Make(model))
        using (Generator noise = new(0))
        {
            config.Methods.Start(model, pack.Splits["train"]);
            Fuzz.Read(_folder[$"run/checkpoints/last/{file}"], () => Checkpoint.Load(_folder["run/checkpoints/last"], model, optimizer, config.Methods, noise), Documented, count: 150);
        }
    }

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("checkpoints/best/weights.safetensors")]
    public void ARun(string file)
    {
        Runs.Train(SmallPack.Make(_folder["pack"]), _folder["run"], "joint", ("train.epochs", "1"));
        Fuzz.Read(_folder[$"run/{file}"], () => TrainedRun.Open(_folder["run"]).Dispose(), Documented, count: 100);
    }

    [Theory]
    [InlineData("case.json")]
    [InlineData("batches.safetensors")]
    [InlineData("expected.safetensors")]
    public void AReplayCase(string file)
    {
        Directory.CreateDirectory(_folder["case"]);
        foreach (string path in Directory.GetFiles(Repository.Path("tests/golden/qmf"))) File.Copy(path, _folder[$"case/{Path.GetFileName(path)}"]);
        Fuzz.Read(_folder[$"case/{file}"], () => ReplayRunner.Run(_folder["case"]), Documented, count: 40);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"epoch\": -1}")]
    [InlineData("null")]
    public void AStateThatIsNoneIsNamed(string text)
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["run"], "joint", ("train.epochs", "1"));
        File.WriteAllText(_folder["run/checkpoints/last/state.json"], text);
        Assert.Contains("state.json: is no state of a run", Assert.Throws<InvalidFileException>(() => Runs.Resume(_folder["run"])).Message, StringComparison.Ordinal);
    }
}
