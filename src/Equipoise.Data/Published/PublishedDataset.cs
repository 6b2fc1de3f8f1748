namespace Equipoise.Data.Published;

/// <summary>A data set that others published, in the layout that its authors or the papers' repositories give it.</summary>
internal abstract class PublishedDataset
{
    /// <summary>Its name on the command line.</summary>
    internal abstract string Name { get; }

    /// <summary>What its folder has to hold, for people.</summary>
    internal abstract string Layout { get; }

    /// <summary>Ways to read it that differ in lists and in the order of the classes; the first is the default.</summary>
    internal virtual IReadOnlyList<string> Presets { get; } = ["standard"];

    /// <summary>What its groups are (<c>speaker</c>, <c>actor</c>), by which it can be split; null where it has none.</summary>
    internal virtual string? GroupedBy => null;

    /// <summary>Reads its lists.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    /// <exception cref="ProblemException">The folder does not hold what it has to, or a list is not what it is in the published data.</exception>
    internal abstract Listing Read(PublishedFolder root, string preset);
}

/// <summary>A data set that is made of others' files: it writes arrays beside its manifest.</summary>
internal interface IMadeDataset
{
    /// <summary>Writes the arrays that <see cref="PublishedDataset.Read"/> names in its cells.</summary>
    /// <param name="root">The folder it is made from.</param>
    /// <param name="outFolder">Where to write.</param>
    /// <param name="seed">Decides what is left to chance.</param>
    void Make(PublishedFolder root, string outFolder, ulong seed);
}

/// <summary>What the lists of a data set say.</summary>
/// <param name="Classes">The classes in their order.</param>
/// <param name="Modalities">Each modality's recipe, as it stands in <c>dataset.yaml</c>.</param>
/// <param name="Samples">The samples, in the order of the lists.</param>
internal sealed record Listing(IReadOnlyList<string> Classes, IReadOnlyList<KeyValuePair<string, string>> Modalities, IReadOnlyList<ListedSample> Samples);

/// <summary>One sample of a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Split"><c>train</c>, <c>val</c> or <c>test</c>; empty where the data set has no parts.</param>
/// <param name="Label">Its class.</param>
/// <param name="Group">Its speaker, actor or the like; null where unknown.</param>
/// <param name="Cells">For each modality a path under the root, a row of an array there, or a text.</param>
internal sealed record ListedSample(string Id, string Split, string Label, string? Group, IReadOnlyDictionary<string, Cell> Cells);

/// <summary>What the manifest says of one modality of one sample.</summary>
/// <param name="Value">A path or a text.</param>
/// <param name="Kind">Which of them.</param>
internal sealed record Cell(string Value, CellKind Kind = CellKind.File);

/// <summary>What a cell of a manifest is.</summary>
internal enum CellKind
{
    /// <summary>A path under the data set's folder.</summary>
    File,

    /// <summary>A row of an array beside the manifest.</summary>
    Made,

    /// <summary>A text.</summary>
    Text,
}
