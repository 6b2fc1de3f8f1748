using System.Security.Cryptography;
using System.Text;
using Equipoise.Data.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Preparation;

public sealed class PreparerTests
{
    private const string Header = "id,split,label,group,audio,visual";

    [Fact]
    public void The_same_files_give_the_same_bytes_and_the_recipe_goes_into_the_pack()
    {
        using TempFolder folder = new();
        string dataset = Talking(folder);
        Preparer.Prepare(dataset, folder["a"], cancellation: RawMedia.Stop);
        PreparationResult result = Preparer.Prepare(dataset, folder["b"], cancellation: RawMedia.Stop);
        Assert.Equal(4, result.Prepared);
        Assert.Empty(result.Notes);
        Assert.Equal(Hashes(folder["a"]), Hashes(folder["b"]));
        using Pack pack = Pack.Open(folder["a"]);
        Assert.Equal([1, 65, 63], pack.Modality("audio").Shape);
        Assert.Equal([2, 8, 10, 1], pack.Modality("visual").Shape);
        Assert.Equal("log-spectrogram", (string?)pack.Modality("audio").Recipe!["type"]);
        Assert.Equal(["b", "c"], pack.Split("val").Ids.Concat(pack.Split("test").Ids));
        Assert.Equal(1, pack.Split("val").Labels[0]);
    }

    [Fact]
    public void Frames_are_taken_at_the_rate_from_the_start()
    {
        using TempFolder folder = new();
        RawMedia.Video(folder["v.mp4"]);
        byte[] Means(string recipe)
        {
            byte[] frames = Prepare(recipe, folder["v.mp4"]);
            return [.. frames.Chunk(64).Select(frame => (byte)Math.Round(frame.Average(value => (double)value) / 40))];
        }
        // Frame n of the video has the luma 40 + 40 n, which ffmpeg stretches from 16…235 to 0…255.
        byte[] all = Means("{rate: 5, frames: 5, size: [8, 8], colour: grey}");
        Assert.Equal(5, all.Distinct().Count());
        Assert.Equal([all[0], all[2], all[4]], Means("{rate: 2.5, frames: 3, size: [8, 8], colour: grey}"));
        Assert.Equal([all[1], all[3]], Means("{at: [0.2, 0.6], size: [8, 8], colour: grey}"));
        Assert.Equal([all[0], all[2], all[4]], Means("{rate: 5, frames: 3, choose: even, size: [8, 8], colour: grey}"));
        Assert.Equal([all[3], all[4], all[4], all[4]], Means("{rate: 5, at: [0.6, 0.8, 1, 7], size: [8, 8], colour: grey}"));
    }

    [Fact]
    public void Frames_stacked_as_channels_hold_the_same_pixels()
    {
        using TempFolder folder = new();
        RawMedia.Video(folder["v.mp4"]);
        byte[] clip = Prepare("{rate: 5, frames: 2, size: [4, 4], colour: rgb}", folder["v.mp4"]);
        byte[] stacked = Prepare("{rate: 5, frames: 2, size: [4, 4], colour: rgb, stack: channels}", folder["v.mp4"]);
        for (int frame = 0; frame < 2; frame++)
            for (int pixel = 0; pixel < 16; pixel++)
                for (int colour = 0; colour < 3; colour++)
                    Assert.Equal(clip[(frame * 16 + pixel) * 3 + colour], stacked[(pixel * 2 + frame) * 3 + colour]);
    }

    [Fact]
    public void Pictures_and_folders_of_pictures_are_frames_too()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["shots"]);
        RawMedia.Picture(folder["shots/1.png"], "red");
        RawMedia.Picture(folder["shots/2.png"], "blue");
        byte[] frames = Prepare("{frames: 2, size: [1, 1]}", folder["shots"]);
        Assert.True(frames is [> 200, < 60, < 60, < 60, < 60, > 200], string.Join(' ', frames));
        Assert.Equal(frames[..3], Prepare("{frames: 1, size: [1, 1]}", folder["shots/1.png"]));
    }

    [Fact]
    public void A_broken_file_stops_with_its_name_and_only_good_rows_are_kept()
    {
        using TempFolder folder = new();
        string dataset = Talking(folder);
        File.WriteAllText(folder["b.mp4"], "this is no video, whatever it is called");
        string message = Assert.Throws<ProblemException>(() => Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop)).Message;
        Assert.Contains("b.mp4: cannot be decoded (", message);
        Assert.Contains("--on-error skip", message);
        Assert.Single(message.Split('\n'));
        Assert.Equal(["pack.rows"], Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)!).Where(name => name.StartsWith("pack", StringComparison.Ordinal)));
        RawMedia.Video(folder["b.mp4"]);
        Assert.Equal(4, Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop).Taken); // b is now the same as a.
    }

    [Fact]
    public void Broken_files_are_skipped_on_demand_listed_and_counted()
    {
        using TempFolder folder = new();
        string dataset = Talking(folder);
        File.WriteAllBytes(folder["a.mp4"], []);
        PreparationResult result = Preparer.Prepare(dataset, folder["pack"], new PreparationOptions { SkipBroken = true }, RawMedia.Stop);
        Assert.Equal(3, result.Prepared);
        Assert.Equal("is empty", Assert.Single(result.Skipped).Reason);
        Assert.Contains("a,train,", File.ReadAllText(Path.Combine(folder["pack"], "skipped.csv")));
        using Pack pack = Pack.Open(folder["pack"]);
        Assert.Equal(1, (int?)pack.Manifest["skipped"]);
        Assert.Equal(["d"], pack.Split("train").Ids);
    }

    [Fact]
    public void New_files_are_prepared_by_the_packs_own_recipe_without_labels()
    {
        using TempFolder folder = new();
        string dataset = Talking(folder);
        Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop);
        using Pack pack = Pack.Open(folder["pack"]);
        File.WriteAllLines(folder["new.csv"], ["id,audio,visual", "x,c.mp4,c.mp4", "y,,b.mp4"]);
        Preparer.PreparePrediction(folder["new.csv"], folder["new"], "new", pack.Classes, pack.Modalities, cancellation: RawMedia.Stop);
        using Pack predict = Pack.Open(folder["new"]);
        PackSplit split = predict.Split("predict");
        Assert.Equal(["x", "y"], split.Ids);
        Assert.Empty(split.Labels);
        Assert.Equal([true, false], split.Present("audio")!);
        Assert.Equal(Row(pack.Split("test"), "audio", 0), Row(split, "audio", 0));
        Assert.Equal(Row(pack.Split("val"), "visual", 0), Row(split, "visual", 1));
    }

    [Fact]
    public void Missing_parts_are_cut_from_train_by_group_and_said()
    {
        using TempFolder folder = new();
        RawMedia.Video(folder["v.mp4"]);
        string dataset = RawMedia.Dataset(folder,
            ["id,label,group,audio,visual", .. Enumerable.Range(0, 12).Select(i => $"s{i},{(i % 2 == 0 ? "cat" : "dog")},g{i / 2},,v.mp4")]);
        PreparationResult result = Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop);
        Assert.Equal(2, result.Notes.Count);
        Assert.All(result.Notes, note => Assert.Contains("cut from train", note));
        using Pack pack = Pack.Open(folder["pack"]);
        string[][] groups = [.. pack.Splits.Keys.Select(name => pack.Split(name).Groups!.Distinct().ToArray())];
        Assert.Equal(6, groups.Sum(part => part.Length));
        Assert.Equal(6, groups.SelectMany(part => part).Distinct().Count());
    }

    private static byte[] Prepare(string yaml, string file)
    {
        ProblemList problems = new();
        FramesRecipe recipe = FramesRecipe.Read(YamlMap.Parse(yaml, "test", problems));
        problems.ThrowIfAny();
        var decoded = Assert.Single(recipe.Prepare([file], RawMedia.Stop));
        Assert.Null(decoded.Failure);
        return decoded.Data!;
    }

    private static byte[] Row(PackSplit split, string modality, int index)
    {
        byte[] row = new byte[split.Pack.Modality(modality).Type.Bytes(split.Pack.Modality(modality).Shape)];
        split.ReadRow(modality, index, row);
        return row;
    }

    private static string Talking(TempFolder folder)
    {
        foreach (var (name, frequency) in new[] { ("a", 300), ("b", 700), ("c", 300), ("d", 700) }) RawMedia.Video(folder[name + ".mp4"], frequency);
        return RawMedia.Dataset(folder, Header, "a,train,cat,x,a.mp4,a.mp4", "b,val,dog,y,b.mp4,b.mp4", "c,test,cat,z,c.mp4,c.mp4", "d,train,dog,x,d.mp4,d.mp4");
    }

    private static string Hashes(string folder)
    {
        StringBuilder all = new();
        foreach (string file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            all.AppendLine(Path.GetFileName(file) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        return all.ToString();
    }
}
