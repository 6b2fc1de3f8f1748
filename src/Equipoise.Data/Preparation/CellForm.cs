namespace Equipoise.Data.Preparation;

/// <summary>What a recipe expects in a cell of the manifest.</summary>
internal enum CellForm
{
    /// <summary>A file, or a folder of pictures.</summary>
    File,

    /// <summary>Two folders or files, with a bar between them.</summary>
    Pair,

    /// <summary>A file, or a part of one after a hash: <c>features.npy#17</c>.</summary>
    Part,

    /// <summary>The text itself.</summary>
    Text,
}
