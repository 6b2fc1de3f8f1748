using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>
/// Coloured-and-grey MNIST: the same digit in grey and in colour. In train each class has a colour, jittered by a variance; in test the
/// colour is random: a model that leans on colour fails there (Kim et al. 2019; used by PMR and MMPareto).
/// </summary>
internal sealed class ColouredMnist : PublishedDataset, IMadeDataset
{
    private const double Variance = 0.03;
    private static readonly double[][] Colours =
    [
        [220, 20, 60], [0, 128, 128], [253, 233, 16], [0, 149, 182], [237, 145, 33], [145, 30, 188], [70, 240, 240], [250, 197, 187], [210, 245, 60], [128, 0, 0],
    ];

    internal override string Name => "cg-mnist";

    internal override string Layout => MnistFiles.Layout;

    public void Make(PublishedFolder root, string outFolder, ulong seed)
    {
        foreach (string split in MnistFiles.Splits)
        {
            byte[] labels = MnistFiles.Labels(root, split);
            NdArray digits = MnistFiles.Images(root, split, labels.Length);
            SeededRandom random = new(SeedStream.Derive(seed, "colours", split == "train" ? 0 : 1));
            using NpyWriter grey = new(System.IO.Path.Combine(outFolder, $"{split}.gray.npy"), ElementType.UInt8, [28, 28]);
            using NpyWriter colour = new(System.IO.Path.Combine(outFolder, $"{split}.color.npy"), ElementType.UInt8, [28, 28, 3]);
            for (int i = 0; i < labels.Length; i++)
            {
                grey.Append(digits.Row(i));
                colour.Append(Paint(digits.Row(i), Colours[split == "train" ? labels[i] : random.Next(Colours.Length)], random));
            }
            grey.Complete();
            colour.Complete();
        }
    }

    internal override Listing Read(PublishedFolder root, string preset) => new(
        MnistFiles.Classes,
        [new("gray", "{type: array, kind: image, shape: [28, 28], dtype: uint8}"), new("color", "{type: array, kind: image, shape: [28, 28, 3], dtype: uint8}")],
        [.. MnistFiles.Splits.SelectMany(split => MnistFiles.Labels(root, split).Select((label, i) => new ListedSample(
            $"{split}-{i}", split, MnistFiles.Classes[label], null, new Dictionary<string, Cell>
            {
                ["gray"] = new($"{split}.gray.npy#{i}", CellKind.Made),
                ["color"] = new($"{split}.color.npy#{i}", CellKind.Made),
            })))]);

    private static byte[] Paint(ReadOnlySpan<byte> digit, double[] mean, SeededRandom random)
    {
        double[] colour = [.. mean.Select(channel => Math.Clamp(channel / 255 + Math.Sqrt(Variance) * random.NextGaussian(), 0, 1))];
        byte[] painted = new byte[digit.Length * 3];
        for (int pixel = 0; pixel < digit.Length; pixel++)
            for (int c = 0; c < 3; c++) painted[pixel * 3 + c] = (byte)Math.Round(digit[pixel] * colour[c]);
        return painted;
    }
}
