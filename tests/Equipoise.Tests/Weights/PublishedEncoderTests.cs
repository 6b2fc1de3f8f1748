using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Weights;

namespace Equipoise.Tests.Weights;

/// <summary>Encoders take weights under the names they are published with, and go out again as programs, masks and all.</summary>
public sealed class PublishedEncoderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{type: bert, vocabulary: 9, width: 8, depth: 2, heads: 2, positions: 6}", "text", "bert.", "LayerNorm.weight=LayerNorm.gamma;LayerNorm.bias=LayerNorm.beta", "cls.predictions.bias;bert.embeddings.position_ids")]
    [InlineData("{type: bert, vocabulary: 9, width: 8, depth: 2, heads: 2, positions: 6, pooling: mean}", "text", "", "", "pooler.dense.weight;classifier.weight")]
    [InlineData("{type: vit, width: 8, depth: 2, heads: 2, patch: 4}", "image", "", ".mlp.0.=.mlp.linear_1.;.mlp.3.=.mlp.linear_2.", "heads.head.weight")]
    [InlineData("{type: m3ae, width: 8, depth: 2, heads: 2, patch: 4}", "image", "", "", "decoder_cls_token;image_mask_embedding;image_output.fc.weight")]
    [InlineData("{type: cav-mae, width: 8, depth: 2, heads: 2, patch: 4}", "spectrogram", "module.", "", "module.decoder_embed.weight;module.mask_token;module.norm.weight;module.mlp_head.1.weight")]
    [InlineData("{type: resnet34}", "image", "", "", "fc.weight;bn1.num_batches_tracked")]
    [InlineData("{type: resnet50}", "image", "", "", "fc.bias;layer4.2.bn3.num_batches_tracked")]
    public void NamesOfPublishedWeightsFit(string encoder, string kind, string prefix, string spelling, string others)
    {
        using TensorScope scope = TensorScope.Begin();
        var (spec, first) = Build(encoder, kind, seed: 1);
        var (_, second) = Build(encoder, kind, seed: 2);
        using (first)
        using (second)
        {
            List<KeyValuePair<string, NdArray>> published = [.. first.Encoder("m").StateDict().Select(pair => KeyValuePair.Create(prefix + Spelt(pair.Name, spelling), pair.Tensor.ToArray()))];
            published.AddRange(others.Split(';').Select(name => KeyValuePair.Create(name, NdArray.From<float>([1], 1))));
            TorchWriter.Write(_folder["published.pth"], published);
            WeightsReport report = WeightsLoader.Load(new WeightsSpec("encoders.m", _folder["published.pth"]), spec, second);
            Assert.True(report.IsWhole, report.ToString());
            Assert.Equal(others.Split(';'), report.LeftOut);
            foreach (var (mine, theirs) in second.Encoder("m").StateDict().Zip(first.Encoder("m").StateDict())) Assert.Equal(theirs.Tensor.ToBytes(), mine.Tensor.ToBytes());
        }
    }

    [Theory]
    [InlineData("{type: bert, vocabulary: 9, width: 8, depth: 2, heads: 2, positions: 6}", "text")]
    [InlineData("{type: text, vocabulary: 9, width: 8, depth: 2, heads: 2}", "text")]
    [InlineData("{type: m3ae, vocabulary: 9, width: 8, depth: 2, heads: 2}", "text")]
    [InlineData("{type: transformer, width: 8, depth: 2, heads: 2}", "sequence")]
    [InlineData("{type: temporal-conv, channels: [8, 8], kernel: 3}", "sequence")]
    [InlineData("{type: m3ae, width: 8, depth: 2, heads: 2, patch: 4}", "image")]
    [InlineData("{type: vit, width: 8, depth: 2, heads: 2, patch: 4}", "clip")]
    [InlineData("{type: cav-mae, width: 8, depth: 2, heads: 2, patch: 4}", "spectrogram")]
    [InlineData("{type: mvcnn, backbone: cnn}", "clip")]
    [InlineData("{type: gru, width: 4, layers: 2, bidirectional: true}", "sequence")]
    [InlineData("{type: resnet34}", "clip")]
    public void EncodersBecomeProgramsForAnyBatch(string encoder, string kind)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        var (_, model) = Build(encoder, kind, seed: 1);
        using (model)
        {
            Encoder network = model.Encoder("m");
            model.Train(false);
            bool masked = kind is "text" or "sequence";
            Tensor Forward(Tensor[] x) => network.Forward(x[0], masked ? x[1] : null);
            ScriptTracer.Save(_folder["x.pt"], network, masked ? ["x", "mask"] : ["x"], Batch(kind, 3), Batch(kind, 5), Forward);
            using ScriptModule program = new(_folder["x.pt"]);
            program.Train(false);
            foreach (int size in (int[])[1, 4])
                Assert.Equal(Forward(Batch(kind, size)).ToArray<float>(), program.Forward(Batch(kind, size)).ToArray<float>(), PaperModels.Near);
        }
    }

    private static string Spelt(string name, string spelling) =>
        spelling.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Aggregate(name, (text, pair) => text.Replace(pair[0], pair[1], StringComparison.Ordinal));

    private static PackModality Modality(string kind) => kind switch
    {
        "text" => new("m", ModalityKind.Text, [6], ElementType.Int64, null),
        "sequence" => new("m", ModalityKind.Sequence, [6, 5], ElementType.Float32, null),
        "image" => new("m", ModalityKind.Image, [8, 8, 3], ElementType.UInt8, null),
        "clip" => new("m", ModalityKind.Video, [2, 8, 8, 3], ElementType.UInt8, null),
        _ => new("m", ModalityKind.Spectrogram, [1, 8, 8], ElementType.Float32, null),
    };

    private static (ModelSpec, MultimodalModel) Build(string encoder, string kind, ulong seed)
    {
        ProblemList problems = new();
        ModelSpec spec = new([new ModalitySpec("m", ModelReader.Encoder(YamlMap.Parse(encoder, "test", problems), Modality(kind)))], new FusionSpec("late"), 3);
        problems.ThrowIfAny();
        using Generator generator = new(seed);
        return (spec, ModelBuilder.Build(spec, false, generator));
    }

    private static Tensor[] Batch(string kind, int size)
    {
        long[] shape = BatchLayout.Of(Modality(kind), size);
        SeededRandom random = new((ulong)size);
        int count = (int)shape.Aggregate(1L, (product, length) => product * length);
        if (kind is not ("text" or "sequence")) return [Tensor.From([.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())], shape)];
        Tensor input = kind == "text" ? Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)(i % 7))], shape) : Tensor.From([.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())], shape);
        return [input, Tensor.From([.. Enumerable.Range(0, size * 6).Select(i => i % 6 < 4 || i < 6)], size, 6)];
    }
}
