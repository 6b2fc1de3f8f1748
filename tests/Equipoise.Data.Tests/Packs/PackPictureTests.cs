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
        using (PackWriter writer = new(folder["pack"], "p", ["x", "it's: a\\b, [c]; %{n} and more than fits"], modalities))
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
            print(tuple(p.shape), *[p[:, y, x].tolist() for y, x in ((70, 50), (70, 150), (186, 50), (250, 50), (200, 150))])
            # Letters are dark on white: in the title, over each column and each row, and nowhere between the cells or beyond the last column.
            ink = [int((255 - p[0, top:bottom, left:right].int()).sum()) for top, bottom, left, right in
                   ((0, 16, 0, 404), (16, 32, 4, 100), (16, 32, 104, 204), (32, 48, 0, 404), (149, 164, 0, 404), (265, 280, 0, 404), (16, 32, 204, 404), (52, 148, 100, 104))]
            print(*[int(i > 500) for i in ink])
            """, folder["p.png"]);
        string[] lines = seen.Trim().Split('\n');
        Assert.Equal("(3, 384, 404) [0, 0, 255] [255, 0, 0] [255, 255, 255] [0, 0, 0] [255, 255, 255]", lines[0]);
        Assert.Equal("1 1 1 1 1 1 0 0", lines[1]);
    }
}
