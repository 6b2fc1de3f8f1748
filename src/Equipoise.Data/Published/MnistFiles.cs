using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>MNIST's four idx files, gzipped or not.</summary>
internal static class MnistFiles
{
    internal const string Layout = "MNIST's idx files (train-images-idx3-ubyte and so on, .gz or not)";

    internal static string[] Splits { get; } = ["train", "test"];

    internal static string[] Classes { get; } = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>The digits <c>(n, 28, 28)</c>.</summary>
    internal static NdArray Images(PublishedFolder root, string split) => IdxFile.Read(Find(root, split, "images-idx3-ubyte"));

    /// <summary>Their classes.</summary>
    /// <exception cref="ProblemException">One is above 9.</exception>
    internal static byte[] Labels(PublishedFolder root, string split)
    {
        byte[] labels = IdxFile.Read(Find(root, split, "labels-idx1-ubyte")).Data;
        if (labels.Any(label => label > 9)) throw new ProblemException($"{root.Path}: the labels of {split} hold a class above 9; take MNIST's own files");
        return labels;
    }

    private static string Find(PublishedFolder root, string split, string end)
    {
        string start = split == "train" ? "train" : "t10k";
        return System.IO.Path.Combine(root.Path, root.Find($"{start}-{end}.gz", $"{start}-{end}", $"mnist/{start}-{end}.gz", $"mnist/{start}-{end}"));
    }
}
