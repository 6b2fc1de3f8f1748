using Equipoise.Encoders;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Tests.Models;

/// <summary>Networks have the sizes and outputs of their papers; fusions add up; what is absent is not there.</summary>
public sealed class ModelTests
{
    [Fact]
    public void ResNet18IsTorchvisions()
    {
        using TempFolder folder = new();
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(1);
        using ResNet network = new(3, generator);
        Tensor input = Tensor.Zeros(2, 3, 64, 48);
        input.NormalInPlace(0, 1, generator);
        SafetensorsWriter.Write(folder["w"], network.StateDict().Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor.ToArray())).Append(new("input", input.ToArray())));
        PythonOracle.Run("""
            import sys, json, struct, numpy, torch, torchvision
            b = open(sys.argv[1], 'rb').read(); n = struct.unpack('<Q', b[:8])[0]; h = json.loads(b[8:8+n])
            t = {k: torch.from_numpy(numpy.frombuffer(b, 'f4', offset=8+n+v['data_offsets'][0], count=(v['data_offsets'][1]-v['data_offsets'][0])//4).reshape(v['shape']).copy()) for k, v in h.items() if k != '__metadata__'}
            x = t.pop('input'); net = torchvision.models.resnet18(); net.fc = torch.nn.Identity(); net.load_state_dict(t, strict=True)
            train = net.train()(x); evaluated = net.eval()(x)
            numpy.savez(sys.argv[2], train=train.detach().numpy(), eval=evaluated.detach().numpy())
            """, folder["w"], folder["out.npz"]);
        var expected = Npz.Read(folder["out.npz"]);
        float[] train = network.Forward(input).ToArray<float>();
        network.Train(false);
        float[] evaluated = network.Forward(input).ToArray<float>();
        Assert.Equal(expected["train"].As<float>().ToArray(), train, Near);
        Assert.Equal(expected["eval"].As<float>().ToArray(), evaluated, Near);
    }

    [Theory]
    [InlineData("concat", 22_352_902)]
    [InlineData("sum", 22_346_752 + 6_156)]
    [InlineData("film", 22_346_752 + 528_390)]
    [InlineData("gated", 22_346_752 + 528_390)]
    public void Ogm_fact_8_the_models_have_the_papers_parameter_counts(string fusion, long expected)
    {
        using Generator generator = new(0);
        EncoderSpec audio = new("resnet18", initial => new ResNet(1, initial)), visual = new("resnet18", initial => new ResNet(3, initial));
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([new("audio", audio), new("visual", visual)], new FusionSpec(fusion), 6), false, generator);
        Assert.Equal(11_170_240, model.EncoderParameters("audio").Sum(pair => pair.Tensor.Count));
        Assert.Equal(11_176_512, model.EncoderParameters("visual").Sum(pair => pair.Tensor.Count));
        Assert.Equal(60, model.EncoderParameters("audio").Count());
        Assert.Equal(20, model.EncoderParameters("audio").Count(pair => pair.Tensor.Dimensions == 4));
        Assert.Equal(expected, model.NamedParameters().Sum(pair => pair.Tensor.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LateFusionAveragesTheProbabilitiesOfWhatIsPresent(bool absent)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(3);
        using Fusions.LateFusion fusion = new([("a", 2), ("b", 3)], 3, generator, averagesProbabilities: true);
        Dictionary<string, Tensor> features = new() { ["a"] = Tensor.From<float>([1, -2], 1, 2), ["b"] = Tensor.From<float>([3, 0, 2], 1, 3) };
        FeatureSet set = new(["a", "b"], features, absent ? new Dictionary<string, bool[]> { ["b"] = [false] } : []);
        double[] Probabilities(Tensor logits) => [.. logits.Softmax(1).ToArray<float>().Select(value => (double)value)];
        double[] a = Probabilities(fusion.UnimodalLogits(set, "a")), b = Probabilities(fusion.UnimodalLogits(set, "b"));
        double[] expected = absent ? a : [.. a.Zip(b, (x, y) => (x + y) / 2)];
        double[] fused = [.. fusion.Fuse(set).Exp().ToArray<float>().Select(value => (double)value)];
        Assert.Equal(expected, fused, (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Fact]
    public void Ogm_fact_8_a_clip_of_equal_frames_is_its_frame_in_any_order()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(2);
        using ResNet network = new(3, generator);
        network.Train(false);
        Tensor frame = Tensor.Zeros(1, 3, 1, 32, 32), other = Tensor.Zeros(1, 3, 1, 32, 32);
        frame.NormalInPlace(0, 1, generator);
        other.NormalInPlace(0, 1, generator);
        Assert.Equal(network.Forward(frame).ToArray<float>(), network.Forward(Ops.Cat([frame, frame], 2)).ToArray<float>(), Near);
        Assert.Equal(network.Forward(Ops.Cat([frame, other], 2)).ToArray<float>(), network.Forward(Ops.Cat([other, frame], 2)).ToArray<float>(), Near);
    }

    [Theory]
    [InlineData("concat")]
    [InlineData("sum")]
    public void UnimodalLogitsOfAnAdditiveHeadAddUpToTheJointOnes(string fusion)
    {
        using TensorScope scope = TensorScope.Begin();
        using MultimodalModel model = Small(fusion, ["a", "b", "c"]);
        ForwardResult forward = model.Forward(Input(["a", "b", "c"]));
        Tensor sum = model.Modalities.Select(name => model.UnimodalLogits(forward.Features, name)).Aggregate((left, right) => left + right);
        Assert.Equal(forward.Logits.ToArray<float>(), sum.ToArray<float>(), Near);
    }

    [Theory]
    [InlineData("concat")]
    [InlineData("sum")]
    [InlineData("shared")]
    [InlineData("late")]
    [InlineData("film")]
    [InlineData("gated")]
    public void WhatIsAbsentChangesNothing(string fusion)
    {
        using TensorScope scope = TensorScope.Begin();
        using MultimodalModel model = Small(fusion, ["a", "b"]);
        ModelInput input = Input(["a", "b"]).Without(["b"]);
        Tensor other = input.Inputs["b"] * 7;
        ModelInput changed = input with { Inputs = new Dictionary<string, Tensor> { ["a"] = input.Inputs["a"], ["b"] = other } };
        float[] logits = model.Forward(input).Logits.ToArray<float>();
        Assert.Equal(logits, model.Forward(changed).Logits.ToArray<float>());
        if (fusion is "shared" or "late") Assert.Equal(model.UnimodalLogits(model.Forward(input).Features, "a").ToArray<float>(), logits, Near);
    }

    [Fact]
    public void ASampleMissingAModalityIsScoredAsIfAlone()
    {
        using TensorScope scope = TensorScope.Begin();
        using MultimodalModel model = Small("shared", ["a", "b"]);
        ModelInput whole = Input(["a", "b"]);
        ModelInput part = whole with { Present = new Dictionary<string, bool[]> { ["b"] = [true, false, true, true] } };
        float[] full = model.Forward(whole).Logits.ToArray<float>(), partial = model.Forward(part).Logits.ToArray<float>();
        Assert.Equal(full[..3], partial[..3], Near);
        Assert.Equal(full[6..], partial[6..], Near);
        Assert.NotEqual(full[3..6], partial[3..6]);
    }

    [Theory]
    [InlineData("film", new[] { "a", "b", "c" }, "two modalities")]
    [InlineData("gated", new[] { "a" }, "two modalities")]
    public void AFusionThatDoesNotFitSaysWhy(string fusion, string[] modalities, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => Small(fusion, modalities)).Message, StringComparison.Ordinal);

    [Fact]
    public void AttributionOfFilmIsTheAuthorsZeroing()
    {
        using TensorScope scope = TensorScope.Begin();
        using MultimodalModel model = Small("film", ["a", "b"]);
        FeatureSet features = model.Forward(Input(["a", "b"])).Features;
        Dictionary<string, Tensor> weights = model.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Tensor beta = Ops.Linear(features["a"], weights["fusion.film.weight"], weights["fusion.film.bias"]).Narrow(1, 5, 5);
        Tensor expected = Ops.Linear(beta, weights["fusion.head.weight"], weights["fusion.head.bias"]);
        Assert.Equal(expected.ToArray<float>(), model.UnimodalLogits(features, "a").ToArray<float>(), Near);
    }

    private static bool Near(float left, float right) => Math.Abs(left - right) <= 2e-5f * Math.Max(1, Math.Abs(left));

    private static MultimodalModel Small(string fusion, string[] modalities)
    {
        using Generator generator = new(4);
        return ModelBuilder.Build(new ModelSpec([.. modalities.Select(name => new ModalitySpec(name, new EncoderSpec("mlp", initial => new Mlp(6, [5], initial))))], new FusionSpec(fusion), 3), false, generator);
    }

    private static ModelInput Input(string[] modalities)
    {
        using Generator generator = new(9);
        Dictionary<string, Tensor> inputs = [];
        foreach (string name in modalities)
        {
            inputs[name] = Tensor.Zeros(4, 6);
            inputs[name].NormalInPlace(0, 1, generator);
        }
        return new ModelInput(inputs, null, [0, 1, 2, 3], new Dictionary<string, bool[]>());
    }
}
