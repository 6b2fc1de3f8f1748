using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>MNIST's four idx files, gzipped or not.</summary>
internal static class MnistFiles
{
    internal const string Layout = "MNIST's idx files (train-images-idx3-ubyte and so on, .gz or not)";

    internal static string[] Splits { get; } = ["train", "test"];

    internal static string[] Classes { get; } = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>The digits <c>(n, 28, 28)</c>.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="labels">How many there have to be.</param>
    /// <exception cref="ProblemException">They are of another size, or another number.</exception>
    internal static NdArray Images(PublishedFolder root, string split, int labels)
    {
        string path = Find(root, split, "images-idx3-ubyte");
        NdArray images = IdxFile.Read(path);
        if (images is not { Type: ElementType.UInt8, Shape: [_, 28, 28] }) throw new ProblemException($"{path}: holds {images.Type} [{string.Join(", ", images.Shape)}], no digits of 28 by 28; take MNIST's own files");
        return images.Rows == labels ? images : throw new ProblemException($"{path}: holds {images.Rows} digits and {labels} labels; take MNIST's own files");
    }

    /// <summary>Their classes.</summary>
    /// <exception cref="ProblemException">One is above 9.</exception>
    internal static byte[] Labels(PublishedFolder root, string split)
    {
        NdArray found = IdxFile.Read(Find(root, split, "labels-idx1-ubyte"));
        byte[] labels = found.Type == ElementType.UInt8 ? found.Data : [byte.MaxValue];
        if (labels.Any(label => label > 9)) throw new ProblemException($"{root.Path}: the labels of {split} hold a class above 9; take MNIST's own files");
        return labels;
    }

    private static string Find(PublishedFolder root, string split, string end)
    {
        string start = split == "train" ? "train" : "t10k";
        return System.IO.Path.Combine(root.Path, root.Find($"{start}-{end}.gz", $"{start}-{end}", $"mnist/{start}-{end}.gz", $"mnist/{start}-{end}"));
    }
}
