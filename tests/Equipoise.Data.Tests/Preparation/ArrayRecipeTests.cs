using Equipoise.Data.Media;
using Equipoise.Data.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Preparation;

/// <summary>Arrays in files of several formats become the same rows; what does not fit is told.</summary>
public sealed class ArrayRecipeTests
{
    private static readonly float[] Values = [1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData("x.npy")]
    [InlineData("rows.npy#1")]
    [InlineData("one.npz")]
    [InlineData("two.npz#b")]
    [InlineData("x.safetensors#b")]
    [InlineData("x.csv")]
    [InlineData("doubles.npy")]
    public void EveryFormatGivesTheSameNumbers(string cell)
    {
        using TempFolder folder = new();
        Files(folder);
        Decoded decoded = Prepare("{type: array, kind: sequence, shape: [3, 2]}", folder[cell]);
        Assert.Null(decoded.Failure);
        Assert.Equal(NdArray.From<float>(Values, 6).Data, decoded.Data);
        Assert.Equal(3, BitConverter.ToInt64(decoded.Companions![0]));
    }

    [Fact]
    public void ASequenceIsCutOrFilledAndKeepsItsLength()
    {
        using TempFolder folder = new();
        Files(folder);
        Decoded longer = Prepare("{type: array, kind: sequence, shape: [5, 2]}", folder["x.npy"]), shorter = Prepare("{type: array, kind: sequence, shape: [2, 2]}", folder["x.npy"]);
        Assert.Equal(NdArray.From<float>([.. Values, 0, 0, 0, 0], 10).Data, longer.Data);
        Assert.Equal(NdArray.From<float>(Values.AsSpan(0, 4), 4).Data, shorter.Data);
        Assert.Equal((3, 2), (BitConverter.ToInt64(longer.Companions![0]), BitConverter.ToInt64(shorter.Companions![0])));
    }

    [Theory]
    [InlineData("x.npy", "has the shape [3, 2], not [7]")]
    [InlineData("rows.npy#2", "has no row 2: it holds 2")]
    [InlineData("two.npz", "holds 2 arrays; name one")]
    [InlineData("two.npz#c", "holds no array c")]
    [InlineData("bad.csv", "line 2")]
    [InlineData("words.csv", "which is no number")]
    [InlineData("x.docx", "which is no array")]
    [InlineData("cut.npy", "")]
    public void WhatDoesNotFitIsTold(string cell, string expected)
    {
        using TempFolder folder = new();
        Files(folder);
        string failure = Prepare("{type: array, kind: features, shape: [7]}", folder[cell]).Failure!;
        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure);
    }

    private static void Files(TempFolder folder)
    {
        NdArray x = NdArray.From<float>(Values, 3, 2), other = NdArray.From<float>(new float[6], 3, 2);
        NpyWriter.Write(folder["x.npy"], x);
        NpyWriter.Write(folder["doubles.npy"], NdArray.From<double>([.. Values.Select(value => (double)value)], 3, 2));
        NpyWriter.Write(folder["rows.npy"], NdArray.From<float>([.. new float[6], .. Values], 2, 3, 2));
        Npz.Write(folder["one.npz"], new Dictionary<string, NdArray> { ["a"] = x });
        Npz.Write(folder["two.npz"], new Dictionary<string, NdArray> { ["a"] = other, ["b"] = x });
        SafetensorsWriter.Write(folder["x.safetensors"], [new("a", other), new("b", x)]);
        File.WriteAllText(folder["x.csv"], "1,2\n3,4\n5,6\n");
        File.WriteAllText(folder["bad.csv"], "1,2\n3\n");
        File.WriteAllText(folder["words.csv"], "1,two\n");
        File.WriteAllText(folder["x.docx"], "");
        File.WriteAllBytes(folder["cut.npy"], File.ReadAllBytes(folder["x.npy"])[..70]);
    }

    private static Decoded Prepare(string yaml, string cell)
    {
        ProblemList problems = new();
        Recipe recipe = Recipe.Read(YamlMap.Parse(yaml, "test", problems))!;
        problems.ThrowIfAny();
        return Assert.Single(recipe.Prepare([cell], RawMedia.Stop));
    }
}
