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

/// <summary>Takes cells apart, for all who look at their files.</summary>
internal static class CellParts
{
    /// <summary>The file of a cell and what is named after the hash; nothing where the whole cell is a file, or names no part.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="folder">What it is relative to; nothing for a full path.</param>
    internal static (string File, string Part) Split(string cell, string folder = "")
    {
        int hash = cell.LastIndexOf('#');
        return hash < 1 || Path.Exists(Path.Combine(folder, cell)) ? (cell, "") : (cell[..hash], cell[(hash + 1)..]);
    }
}
