using Spectre.Console;

namespace Equipoise.Cli.Console;

/// <summary>Tables for people.</summary>
internal static class TextTable
{
    private const int WideEnough = 160;

    /// <summary>Writes a table; the first columns are text, the others figures.</summary>
    internal static void Write(TextWriter output, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, int texts = 1)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), ColorSystem = ColorSystemSupport.NoColors, Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, WideEnough);
        Table table = new() { Border = TableBorder.Simple };
        for (int i = 0; i < columns.Count; i++) table.AddColumn(new TableColumn(Markup.Escape(columns[i])) { Alignment = i < texts ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (IReadOnlyList<string> row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }
}
