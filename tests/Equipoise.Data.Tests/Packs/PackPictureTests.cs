using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

/// <summary>The picture of a pack is a PNG that others read, with its samples where they belong.</summary>
public sealed class PackPictureTests
{
    [Fact]
    public void PythonSeesTheSamplesInTheirCells()
    {
        using TempFolder folder = new();
        PackModality[] modalities =
        [
            new("picture", ModalityKind.Image, [2, 2, 3], ElementType.UInt8, null),
            new("sound", ModalityKind.Spectrogram, [1, 2, 4], ElementType.Float32, null),
            new("vector", ModalityKind.Features, [9], ElementType.Float32, null),
        ];
        using (PackWriter writer = new(folder["pack"], "p", ["x", "y"], modalities))
        {
            foreach (string split in (string[])["train", "val", "test"])
            {
                PackSplitWriter part = writer.AddSplit(split);
                for (int i = 0; i < 2; i++)
                    part.Append($"{i}", 1 - i, null, new Dictionary<string, byte[]?>
                    {
                        ["picture"] = [.. Enumerable.Repeat(i == 0 ? (byte[])[255, 0, 0] : [0, 0, 255], 4).SelectMany(pixel => pixel)],
                        ["sound"] = i == 0 ? null : NdArray.From<float>([0, 0, 0, 0, 1, 1, 1, 1], 8).Data,
                        ["vector"] = NdArray.From<float>(new float[9], 9).Data,
                    });
            }
            writer.Complete(0);
        }
        using Pack pack = Pack.Open(folder["pack"]);
        PackPicture.Draw(pack.Split("train"), folder["p.png"]);
        // Sample 1 is of class x and comes first; its sound is high at the top, since frequencies rise; sample 0 lacks the sound.
        string seen = PythonOracle.Run("""
            import sys, torchvision
            p = torchvision.io.read_image(sys.argv[1])
            print(tuple(p.shape), p[:, 50, 50].tolist(), p[:, 50, 150].tolist(), p[:, 110, 50].tolist(), p[:, 190, 50].tolist(), p[:, 150, 150].tolist())
            """, folder["p.png"]);
        Assert.Equal("(3, 304, 204) [0, 0, 255] [255, 0, 0] [255, 255, 255] [0, 0, 0] [255, 255, 255]", seen.Trim());
    }
}
