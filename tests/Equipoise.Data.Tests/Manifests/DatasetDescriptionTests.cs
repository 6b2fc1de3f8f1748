using Equipoise.Data.Manifests;
using Equipoise.Data.Tests.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Manifests;

public sealed class DatasetDescriptionTests
{
    [Fact]
    public void A_missing_column_is_named_and_the_nearest_one_offered()
    {
        using TempFolder folder = new();
        string dataset = RawMedia.Dataset(folder, "id,split,label,audoi,visual", "a,train,cat,x.wav,");
        Assert.EndsWith("manifest.csv:1: has no column audio; rename audoi", Assert.Single(Problems(dataset)));
    }

    [Fact]
    public void Every_bad_line_is_told_with_its_number()
    {
        using TempFolder folder = new();
        RawMedia.Wav(folder["x.wav"]);
        string dataset = RawMedia.Dataset(folder, "id,split,label,audio,visual",
            "a,train,cat,x.wav,", "a,train,cat,x.wav,", "b,training,cat,x.wav,", "c,val,cot,x.wav,", "d,test,,x.wav,", "e,test,dog,gone.wav,", "f,test,dog,,", ",test,dog,x.wav,");
        string[] expected =
        [
            "manifest.csv:3: repeats the id a of line 2", "manifest.csv:4: has the split training", "manifest.csv:5: has the label cot, which is no class; did you mean cat?",
            "manifest.csv:6: has no label", "manifest.csv:7: audio: gone.wav does not exist", "manifest.csv:8: names no file at all", "manifest.csv:9: has no id",
        ];
        IReadOnlyList<string> problems = Problems(dataset);
        Assert.Equal(expected.Length, problems.Count);
        foreach (var (problem, text) in problems.Zip(expected)) Assert.Contains(text, problem);
    }

    [Fact]
    public void Many_problems_end_in_their_number()
    {
        using TempFolder folder = new();
        string dataset = RawMedia.Dataset(folder, ["id,split,label,audio,visual", .. Enumerable.Range(0, 50).Select(i => $"s{i},train,cat,no{i}.wav,")]);
        IReadOnlyList<string> problems = Problems(dataset);
        Assert.Equal(21, problems.Count);
        Assert.Contains("30 more", problems[^1]);
    }

    [Fact]
    public void Problems_of_the_description_are_told_together()
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["manifest.csv"], "id,split,label,audio,visual\n");
        File.WriteAllText(folder["dataset.yaml"], """
            name: x
            clases: [a, b]
            modalities:
              audio: {kind: video, recipe: {type: log-spectrogram, rate: fast, n_ftt: 64}}
              visual: {recipe: {type: frame}}
            """);
        string all = string.Join('\n', Problems(folder["dataset.yaml"]));
        foreach (string part in new[] { "clases: is an unknown key", "audio.kind: is video", "rate: is 'fast'", "n_ftt: is an unknown key; did you mean n_fft?", "visual.recipe.type: is frame; did you mean frames?" })
            Assert.Contains(part, all);
    }

    [Theory]
    [InlineData("{type: frames, frames: 1024, size: [4096, 4096]}", "more than a gigabyte")]
    [InlineData("{type: log-spectrogram, rate: 192000, seconds: 3000}", "seconds: is '3000'")]
    [InlineData("{type: log-spectrogram, pool: [1000, 1]}", "pool: leaves nothing")]
    [InlineData("{type: frames, at: [-1]}", "at: holds a time that is none")]
    public void A_recipe_that_cannot_be_is_refused_before_anything_is_decoded(string recipe, string expected)
    {
        using TempFolder folder = new();
        RawMedia.Dataset(folder, "id,split,label,a");
        File.WriteAllText(folder["dataset.yaml"], $"name: x\nclasses: [a, b]\nmodalities: {{a: {{recipe: {recipe}}}}}");
        Assert.Contains(Problems(folder["dataset.yaml"]), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_that_is_no_table_is_refused()
    {
        using TempFolder folder = new();
        string dataset = RawMedia.Dataset(folder);
        byte[] noise = new byte[5000];
        for (int i = 0; i < noise.Length; i++) noise[i] = (byte)(i * 37 % 251);
        File.WriteAllBytes(folder["manifest.csv"], noise);
        Assert.True(Record.Exception(() => DatasetDescription.Read(dataset)) is ProblemException or InvalidFileException);
        File.WriteAllText(folder["manifest.csv"], "");
        Assert.True(Record.Exception(() => DatasetDescription.Read(dataset)) is ProblemException or InvalidFileException);
    }

    [Fact]
    public void A_description_or_manifest_that_does_not_exist_is_said()
    {
        using TempFolder folder = new();
        Assert.Throws<InvalidFileException>(() => DatasetDescription.Read(folder["no.yaml"]));
        string dataset = RawMedia.Dataset(folder, "id");
        File.Delete(folder["manifest.csv"]);
        Assert.Contains("manifest.csv: does not exist", Assert.Throws<InvalidFileException>(() => DatasetDescription.Read(dataset)).Message);
    }

    private static IReadOnlyList<string> Problems(string dataset) => Assert.Throws<ProblemException>(() => DatasetDescription.Read(dataset)).Problems;
}
