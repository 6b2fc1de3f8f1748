using System.Text;

namespace Equipoise.Report.Page;

/// <summary>Writes HTML and SVG that is well-formed by construction: what is opened is closed, every text is escaped.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>Opens an element; disposing the result closes it.</summary>
    public Closing In(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(tag, attributes);
        _text.Append('>');
        return new(this, tag);
    }

    /// <summary>An element that holds text, or nothing.</summary>
    public void Add(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (In(tag, attributes)) Text(text);
    }

    /// <summary>An element without content, such as <c>meta</c> or <c>rect</c>.</summary>
    public void Void(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(tag, attributes);
        _text.Append(" />");
    }

    /// <summary>Text, escaped.</summary>
    public void Text(string text)
    {
        foreach (char c in Clean(text))
            _text.Append(c switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", _ => null } ?? c.ToString());
    }

    /// <summary>Our own text that is markup already, or a style or script that holds none.</summary>
    public void Raw(string markup) => _text.Append(markup);

    /// <summary>A line break in the source, for whoever reads it.</summary>
    public void Line() => _text.Append('\n');

    public override string ToString() => _text.ToString();

    private void Begin(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;
            _text.Append(' ').Append(name).Append("=\"");
            Text(value);
            _text.Append('"');
        }
    }

    /// <summary>Half surrogates and control characters have no place in a page: a replacement character shows them.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            bool control = rune.Value is < 32 and not ('\n' or '\t') or (>= 127 and < 160) or 0xFFFE or 0xFFFF;
            clean.Append(control ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    /// <summary>Closes an element when disposed.</summary>
    internal readonly struct Closing(Markup markup, string tag) : IDisposable
    {
        public void Dispose() => markup._text.Append("</").Append(tag).Append('>');
    }
}
