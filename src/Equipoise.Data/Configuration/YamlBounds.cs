using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Equipoise.Data;

/// <summary>
/// A look at YAML before it is loaded. The loader recurses, so a deep file would exhaust the stack; aliases repeat what they name, so a few
/// of them can stand for billions of values, or for themselves without end.
/// </summary>
internal static class YamlBounds
{
    private const int MaximumDepth = 64;
    private const long MostRepeated = 10_000;

    /// <exception cref="YamlException">The text is nested too deep, or its aliases repeat too much.</exception>
    internal static void Check(string text)
    {
        Parser events = new(new StringReader(text));
        Stack<(AnchorName Anchor, long Before)> open = [];
        Dictionary<AnchorName, long> sizes = [];
        long nodes = 0, repeated = 0;
        while (events.MoveNext())
        {
            ParsingEvent now = events.Current!;
            switch (now)
            {
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)now).Anchor, nodes++));
                    if (open.Count > MaximumDepth) throw new YamlException(now.Start, now.End, $"nested more than {MaximumDepth} deep");
                    break;
                case MappingEnd or SequenceEnd:
                    var (anchor, before) = open.Pop();
                    if (!anchor.IsEmpty) sizes[anchor] = nodes - before;
                    break;
                case Scalar scalar:
                    nodes++;
                    if (!scalar.Anchor.IsEmpty) sizes[scalar.Anchor] = 1;
                    break;
                case AnchorAlias alias:
                    if (open.Any(outer => outer.Anchor == alias.Value)) throw new YamlException(now.Start, now.End, $"*{alias.Value} contains itself");
                    nodes += sizes.GetValueOrDefault(alias.Value, 1);
                    if ((repeated += sizes.GetValueOrDefault(alias.Value, 1)) > MostRepeated) throw new YamlException(now.Start, now.End, $"aliases repeat more than {MostRepeated} values");
                    break;
            }
        }
    }
}
