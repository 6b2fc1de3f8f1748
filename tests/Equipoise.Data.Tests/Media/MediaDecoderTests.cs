using System.Buffers.Binary;
using Equipoise.Data.Media;
using Equipoise.Data.Preparation;
using Equipoise.Data.Tests.Preparation;

namespace Equipoise.Data.Tests.Media;

[CollectionDefinition("environment", DisableParallelization = true)]
public sealed class EnvironmentCollection;

[Collection("environment")]
public sealed class MediaDecoderTests
{
    [Fact]
    public void Decoding_many_files_together_gives_the_bytes_of_decoding_each_alone()
    {
        using TempFolder folder = new();
        string[] files = [RawMedia.Video(folder["a.mp4"], 300), RawMedia.Wav(folder["b.wav"], 11_025), RawMedia.Video(folder["c.mp4"], 700)];
        MediaRequest[] requests = [.. files.Select(file => SoundSpec.Request(file, 8000))];
        Decoded[] together = MediaDecoder.Decode(requests, RawMedia.Stop);
        for (int i = 0; i < files.Length; i++)
        {
            Decoded alone = MediaDecoder.Decode([requests[i]], RawMedia.Stop)[0];
            Assert.Null(alone.Failure);
            Assert.Equal(alone.Data, together[i].Data);
        }
    }

    [Fact]
    public void Every_bad_file_is_named_with_its_reason_and_the_good_ones_are_decoded()
    {
        using TempFolder folder = new();
        string video = RawMedia.Video(folder["video.mp4"]), cut = RawMedia.Wav(folder["cut.wav"]), cutVideo = folder["cut.mp4"];
        using (FileStream stream = File.OpenWrite(cut)) stream.SetLength(stream.Length / 2);
        File.WriteAllBytes(cutVideo, File.ReadAllBytes(video)[..2000]);
        File.WriteAllText(folder["text.mp4"], "no video");
        File.WriteAllBytes(folder["empty.wav"], []);
        RawMedia.Picture(folder["mute.png"], "green");
        string[] names = ["video.mp4", "text.mp4", "cut.wav", "cut.mp4", "empty.wav", "absent.wav", "mute.png"];
        Decoded[] results = MediaDecoder.Decode([.. names.Select(name => SoundSpec.Request(folder[name], 8000))], RawMedia.Stop);
        Assert.InRange(results[0].Data!.Length, 8000 * 4, 8400 * 4);
        Assert.StartsWith("cannot be decoded (", results[1].Failure);
        Assert.Equal("is cut: it ends before its data does", results[2].Failure);
        Assert.StartsWith("cannot be decoded (", results[3].Failure);
        Assert.Equal("is empty", results[4].Failure);
        Assert.Equal("does not exist", results[5].Failure);
        Assert.Equal("holds no sound", results[6].Failure);
        Assert.All(results[1..], result => Assert.DoesNotContain(folder.Path, result.Failure));
    }

    [Fact]
    public void A_wav_whose_length_was_not_known_when_it_was_written_is_whole()
    {
        using TempFolder folder = new();
        byte[] bytes = File.ReadAllBytes(RawMedia.Wav(folder["a.wav"]));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), uint.MaxValue);
        File.WriteAllBytes(folder["a.wav"], bytes);
        Assert.Null(FileCheck.Complaint(folder["a.wav"]));
        Assert.Null(MediaDecoder.Decode([SoundSpec.Request(folder["a.wav"], 8000)], RawMedia.Stop)[0].Failure);
    }

    [Fact]
    public void Without_ffmpeg_the_remedy_is_named()
    {
        string? path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", "");
            string message = Assert.Throws<ProblemException>(() => Preparer.Prepare("dataset.yaml", "pack", cancellation: RawMedia.Stop)).Message;
            Assert.Contains("apt-get install ffmpeg", message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}
