using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Tests.Encoders;

/// <summary>What encoders are of their published sizes, what is dropped in training, and what is refused.</summary>
public sealed class EncoderTests
{
    [Theory]
    [InlineData("{type: m3ae}", ModalityKind.Image, new long[] { 256, 256, 3 }, 109_089_792)]
    [InlineData("{type: m3ae}", ModalityKind.Text, new long[] { 256 }, 109_089_792)]
    [InlineData("{type: cav-mae}", ModalityKind.Spectrogram, new long[] { 1, 128, 1024 }, 164_498_688)]
    [InlineData("{type: cav-mae}", ModalityKind.Image, new long[] { 224, 224, 3 }, 164_498_688)]
    [InlineData("{type: bert}", ModalityKind.Text, new long[] { 128 }, 109_482_240)]
    [InlineData("{type: vit}", ModalityKind.Image, new long[] { 224, 224, 3 }, 85_798_656)]
    [InlineData("{type: resnet34}", ModalityKind.Image, new long[] { 224, 224, 3 }, 21_284_672)]
    [InlineData("{type: resnet50}", ModalityKind.Image, new long[] { 224, 224, 3 }, 23_508_032)]
    public void Mla_fact_10_published_sizes_have_the_published_number_of_parameters(string block, ModalityKind kind, long[] shape, long expected)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(0);
        using Encoder encoder = new EncoderCase(block, kind, shape).Spec().Make(initial);
        Assert.Equal(expected, encoder.NamedParameters().Sum(pair => pair.Tensor.Count));
    }

    [Theory]
    [InlineData("{type: m3ae, width: 8, depth: 1, heads: 2}", ModalityKind.Image, new long[] { 256, 256, 3 }, 256)]
    [InlineData("{type: cav-mae, width: 8, depth: 2, heads: 2}", ModalityKind.Spectrogram, new long[] { 1, 128, 1024 }, 512)]
    [InlineData("{type: cav-mae, width: 8, depth: 2, heads: 2}", ModalityKind.Image, new long[] { 224, 224, 3 }, 196)]
    public void Mla_fact_10_pictures_and_spectrograms_have_the_published_number_of_tokens(string block, ModalityKind kind, long[] shape, long tokens)
    {
        EncoderCase test = new(block, kind, shape);
        Assert.Equal(tokens, Equipoise.Encoders.Transformers.Patches.Grid(new EncoderBlock(YamlMap.Parse(block, "case", new ProblemList()), "any", test.Modality), 16) is var (rows, columns) ? rows * columns : 0);
    }

    [Fact]
    public void Mla_fact_10_positions_tell_column_and_row()
    {
        using TensorScope scope = TensorScope.Begin();
        float[] grid = Equipoise.Encoders.Transformers.SinCos.Grid(16, 16, 768).ToArray<float>();
        Assert.Equal(0.841471f, grid[1 * 768 + 0], 6);
        Assert.Equal(0.841471f, grid[16 * 768 + 384], 6);
        Assert.Equal(0, grid[16 * 768 + 0], 6);
    }

    [Fact]
    public void DropPathLeavesWholeSamplesOutAndKeepsTheMean()
    {
        using TensorScope scope = TensorScope.Begin();
        DrawStream draws = new();
        using DropPath path = new(0.25, draws);
        float[][] rows = [.. path.Forward(Tensor.Ones(4000, 3)).ToArray<float>().Chunk(3)];
        Assert.All(rows, row => Assert.Single(row.Distinct()));
        Assert.Equal([0, 4f / 3], rows.Select(row => row[0]).Distinct().Order());
        Assert.InRange(rows.Average(row => row[0]), 0.95, 1.05);
        path.Train(false);
        Assert.All(path.Forward(Tensor.Ones(9, 3)).ToArray<float>(), value => Assert.Equal(1, value));
    }

    [Theory]
    [InlineData("{type: m3ae, width: 24, depth: 3, heads: 3, vocabulary: 23, dropout: 0.2, drop_path: 0.5")]
    [InlineData("{type: bert, width: 24, depth: 2, heads: 3, vocabulary: 23, dropout: 0.3")]
    public void WhatIsDroppedIsTheSameWhenComputedAgainAndAnotherInTheNextStep(string block)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] plain = Gradient($"{block}}}", 1);
        Assert.Equal(plain, Gradient($"{block}, checkpoint: true}}", 1));
        Assert.NotEqual(plain, Gradient($"{block}}}", 2));
    }

    [Fact]
    public void NothingIsLeftOfWhatWasComputedAgain()
    {
        long before = TensorDiagnostics.Live;
        WeakReference kept = Recomputed();
        Assert.Equal(before, TensorDiagnostics.Live);
        GC.Collect();
        Assert.False(kept.IsAlive, "the part is held though its graph is gone");
    }

    [Fact]
    public void AFailureInThePartThatIsComputedAgainComesOut()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor input = Tensor.Ones(2);
        input.RequiresGrad = true;
        int calls = 0;
        Tensor value = Recompute.Run(x => calls++ == 0 ? x * 2 : throw new InvalidOperationException("the second time"), input, [], new DrawStream());
        Assert.Equal("the second time", Assert.Throws<InvalidOperationException>(() => Autograd.Backward(value.Sum())).Message);
    }

    [Fact]
    public void AnInputThatChangedSinceIsNoticed()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor weight = Tensor.Ones(2);
        weight.RequiresGrad = true;
        Tensor value = Recompute.Run(x => x * weight, Tensor.Ones(2), [weight], new DrawStream());
        using (GradMode.Off()) weight.MulInPlace(3);
        Assert.Contains("modified by an inplace operation", Assert.Throws<TensorException>(() => Autograd.Backward(value.Sum())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{type: gru}", ModalityKind.Image, new long[] { 8, 8, 3 }, "is gru, which takes sequence, and input is image; take one of cav-mae, cnn")]
    [InlineData("{type: text, vocabulary: 9, width: 10}", ModalityKind.Text, new long[] { 8 }, "is 10 for 4 heads; take a multiple of 4 and of the heads")]
    [InlineData("{type: vit}", ModalityKind.Image, new long[] { 8, 40, 3 }, "is 16, and input has 8 × 40")]
    [InlineData("{type: temporal-conv, kernel: 4}", ModalityKind.Sequence, new long[] { 8, 3 }, "is 4; take an odd number")]
    [InlineData("{type: mvcnn}", ModalityKind.Flow, new long[] { 8, 8, 2 }, "input has one view")]
    [InlineData("{type: bert, positions: 5}", ModalityKind.Text, new long[] { 8 }, "are 5, and input has 8 tokens")]
    [InlineData("{type: m3ae, drop_path: 1}", ModalityKind.Text, new long[] { 8 }, "is '1'; write a number from 0 to 0.99")]
    [InlineData("{type: torchscript, file: nowhere.pt}", ModalityKind.Text, new long[] { 8 }, "nowhere.pt, which does not exist")]
    [InlineData("{type: resnet-18}", ModalityKind.Image, new long[] { 8, 8, 3 }, "did you mean resnet18")]
    public void WhatDoesNotFitIsToldInALine(string block, ModalityKind kind, long[] shape, string expected) =>
        Assert.Contains(expected, Assert.Throws<ProblemException>(() => new EncoderCase(block, kind, shape).Spec()).Message, StringComparison.Ordinal);

    [Fact]
    public void ATokenBeyondTheVocabularyIsToldInALine()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(0);
        using Encoder encoder = new EncoderCase("{type: text, vocabulary: 9}", ModalityKind.Text, [2]).Spec().Make(initial);
        ProblemException error = Assert.Throws<ProblemException>(() => encoder.Forward(Tensor.From<long>([3, 9], 1, 2)));
        Assert.Contains("outside the encoder's vocabulary of 9", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{type: transformer}")]
    [InlineData("{type: gru}")]
    [InlineData("{type: temporal-conv}")]
    public void ASequenceOfWhichNothingIsRealHasAFeatureStill(string block)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(0);
        using Encoder encoder = new EncoderCase(block, ModalityKind.Sequence, [6, 3]).Spec().Make(initial);
        Assert.True(encoder.Forward(Tensor.Ones(2, 6, 3), Tensor.Zeros(DType.Bool, 2, 6)).AllFinite());
    }

    /// <summary>Computes something again, once in a backward pass and once not at all, and says what the graph held.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Recomputed()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(3);
        using Encoder encoder = new EncoderCase("{type: transformer, width: 8, heads: 2, dropout: 0.1, checkpoint: true}", ModalityKind.Sequence, [7, 3]).Spec().Make(initial);
        object witness = new();
        Tensor input = Tensor.Ones(2, 7, 3);
        Tensor value = Recompute.Run(x => witness is null ? x : x * 2, encoder.Forward(input), [.. encoder.NamedParameters().Select(pair => pair.Tensor)], encoder.Draws);
        Autograd.Backward(value.Sum());
        encoder.Forward(input);
        return new WeakReference(witness);
    }

    private static float[] Gradient(string block, ulong step)
    {
        using Generator initial = new(3);
        using Encoder encoder = new EncoderCase(block, ModalityKind.Text, [7]).Spec().Make(initial);
        encoder.Draws.Restart(step);
        Tensor ids = Tensor.From([.. Enumerable.Range(0, 28).Select(i => (long)(i * 5 % 23))], 4, 7);
        Autograd.Backward((encoder.Forward(ids) * Ops.Arange(encoder.Width).To(DType.Float32)).Sum());
        return [.. encoder.NamedParameters().Select(pair => pair.Tensor.Grad).OfType<Tensor>().SelectMany(gradient => gradient.ToArray<float>())];
    }
}
