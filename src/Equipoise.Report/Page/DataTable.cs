namespace Equipoise.Report.Page;

/// <summary>One cell: what it says, the exact number behind it, and whether it is the best of its column.</summary>
internal sealed record Cell(string Text, double? Exact = null, bool Best = false, string? Note = null, string? Link = null)
{
    public static Cell Percent(double share, bool best = false, string? note = null) =>
        new(Numbers.Percent(share), share, best, note);

    public static Cell Number(double value) => new(Numbers.Short(value), value);
}

/// <summary>A table with a caption, headed columns and a heading in front of each row.</summary>
internal sealed record DataTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>An extra class per row; null for none.</summary>
    public IReadOnlyList<string?>? RowStyles { get; init; }

    public void WriteTo(Markup to)
    {
        using var frame = to.In("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", Caption));
        using var table = to.In("table");
        to.Add("caption", Caption);
        using (to.In("thead"))
        using (to.In("tr"))
            foreach (string column in Columns) to.Add("th", column, ("scope", "col"));
        using var body = to.In("tbody");
        for (int i = 0; i < Rows.Count; i++)
        {
            to.Line();
            using var row = to.In("tr", ("class", RowStyles?[i]));
            for (int column = 0; column < Rows[i].Count; column++) Write(to, Rows[i][column], heading: column == 0);
        }
    }

    /// <summary>The table behind a picture, closed until asked for.</summary>
    public void WriteFolded(Markup to)
    {
        using var details = to.In("details");
        to.Add("summary", "Numbers as a table");
        WriteTo(to);
    }

    private static void Write(Markup to, Cell cell, bool heading)
    {
        using var _ = heading ? to.In("th", ("scope", "row")) : to.In("td", ("class", cell.Best ? "best" : null));
        if (cell.Link is not null) to.Add("a", cell.Text, ("href", cell.Link));
        else if (cell.Exact is { } exact && double.IsFinite(exact)) to.Add("data", cell.Text, ("value", Numbers.Exact(exact)));
        else to.Text(cell.Text);
        if (cell.Best) to.Add("span", " best", ("class", "unseen"));
        if (cell.Note is not null) to.Add("small", cell.Note);
    }
}
