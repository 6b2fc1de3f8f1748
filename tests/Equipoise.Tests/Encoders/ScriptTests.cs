using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Encoders;

/// <summary>Networks exported from PyTorch are encoders: what they give, their gradients, training, freezing, saving, and files that are none.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FeaturesAndGradientsAreThoseOfTheNetworkItself()
    {
        Export();
        using TensorScope scope = TensorScope.Begin();
        using TorchScript encoder = new(_folder["net.pt"], Features());
        Assert.Equal(5, encoder.Width);
        Assert.Equal(["module.0.weight", "module.0.bias", "module.1.weight", "module.1.bias"], encoder.NamedParameters().Select(pair => pair.Name));
        Assert.Contains("module.1.running_mean", encoder.NamedBuffers().Select(pair => pair.Name));
        var expected = Npz.Read(_folder["out.npz"]);
        Tensor features = encoder.Forward(expected["input"].ToTensor());
        Autograd.Backward((features * features).Sum());
        Assert.Equal(expected["features"].As<float>().ToArray(), features.ToArray<float>(), Near);
        Assert.Equal(expected["gradient"].As<float>().ToArray(), encoder.NamedParameters().First().Tensor.Grad!.ToArray<float>(), Near);
        encoder.Train(false);
        Assert.Equal(expected["used"].As<float>().ToArray(), encoder.Forward(expected["input"].ToTensor()).ToArray<float>(), Near);
    }

    [Fact]
    public void ItTrainsIsSavedWithTheRunAndStaysWhereItIsFrozen()
    {
        Export();
        string pack = SmallPack.Make(_folder["pack"]);
        (string, string) encoder = ("model.modalities.audio.encoder", $"{{type: torchscript, file: '{_folder["net.pt"]}'}}");
        Runs.Train(pack, _folder["run"], "joint", encoder, ("model.modalities.visual", "{}"));
        Runs.Train(pack, _folder["frozen"], "joint", encoder, ("model.modalities.visual", "{}"), ("train.freeze", "[encoders.audio]"));
        float[] start = Weight(() => new TorchScript(_folder["net.pt"], Features()));
        Assert.NotEqual(start, Saved("run"));
        Assert.Equal(start, Saved("frozen"));
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        Assert.True(run.Evaluator.Score(run.Pack.Split("test")).Accuracy > 0.4);
    }

    [Fact]
    public void TheMaskGoesToANetworkThatTakesIt()
    {
        PythonOracle.Run("""
            import sys, torch
            class Net(torch.nn.Module):
                def forward(self, ids, mask):
                    return (ids * mask).sum(1, keepdim=True).float()
            torch.jit.trace(Net(), (torch.ones(1, 3, dtype=torch.long), torch.ones(1, 3, dtype=torch.bool))).save(sys.argv[1])
            """, _folder["net.pt"]);
        using TensorScope scope = TensorScope.Begin();
        using TorchScript encoder = new(_folder["net.pt"], new PackModality("text", ModalityKind.Text, [3], ElementType.Int64, null));
        Assert.Equal(3, encoder.Forward(Tensor.From<long>([1, 2, 4], 1, 3), Tensor.From([true, true, false], 1, 3)).ToDouble());
        Assert.Equal(7, encoder.Forward(Tensor.From<long>([1, 2, 4], 1, 3)).ToDouble());
    }

    [Fact]
    public void AFileThatIsNoneOrDoesNotFitIsToldInALine()
    {
        File.WriteAllText(_folder["text.pt"], "no network");
        InvalidFileException wrong = Assert.Throws<InvalidFileException>(() => new TorchScript(_folder["text.pt"], Features()));
        Assert.Contains("is no TorchScript file", wrong.Message, StringComparison.Ordinal);
        Assert.Single(wrong.Message.Split('\n'));
        Export();
        InvalidFileException misfit = Assert.Throws<InvalidFileException>(() => new TorchScript(_folder["net.pt"], new PackModality("wide", ModalityKind.Features, [7], ElementType.Float32, null)));
        Assert.Contains("does not take a sample of wide", misfit.Message, StringComparison.Ordinal);
        Assert.Single(misfit.Message.Split('\n'));
        Assert.Contains("does not exist", Assert.Throws<InvalidFileException>(() => new TorchScript(_folder["none.pt"], Features())).Message, StringComparison.Ordinal);
    }

    private void Export() => PythonOracle.Run("""
        import sys, numpy, torch
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.BatchNorm1d(5), torch.nn.ReLU())
        torch.jit.script(net).save(sys.argv[1])
        x = torch.randn(9, 6); y = net(x); (y * y).sum().backward(); used = net.eval()(x)
        numpy.savez(sys.argv[2], input=x.numpy(), features=y.detach().numpy(), gradient=net[0].weight.grad.numpy(), used=used.detach().numpy())
        """, _folder["net.pt"], _folder["out.npz"]);

    private static PackModality Features() => new("audio", ModalityKind.Features, [6], ElementType.Float32, null);

    private float[] Saved(string run)
    {
        using SafetensorsReader weights = SafetensorsReader.Open(_folder[$"{run}/checkpoints/last/weights.safetensors"]);
        return weights.Read("encoders.audio.module.0.weight").As<float>().ToArray();
    }

    private static float[] Weight(Func<TorchScript> load)
    {
        using TensorScope scope = TensorScope.Begin();
        using TorchScript encoder = load();
        return encoder.NamedParameters().First().Tensor.ToArray<float>();
    }

    private static bool Near(float left, float right) => Math.Abs(left - right) <= 1e-5f * Math.Max(1, Math.Abs(left));
}
