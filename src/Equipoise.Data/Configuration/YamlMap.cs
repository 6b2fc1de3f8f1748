using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Formats;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Equipoise.Data;

/// <summary>
/// A strict view of a YAML (or JSON) mapping: every value is asked for with its type and range, every problem is gathered
/// with its line, and keys that nobody asked for are refused with the nearest known name.
/// </summary>
public sealed class YamlMap
{
    private const long LongestFile = 64L << 20;
    private readonly YamlMappingNode _node;
    private readonly string _source;
    private readonly ProblemList _problems;
    private readonly List<string> _asked = [];
    private readonly List<YamlMap> _children = [];

    private YamlMap(YamlMappingNode node, string source, string path, ProblemList problems)
    {
        _node = node;
        _source = source;
        Path = path;
        _problems = problems;
        foreach (YamlNode key in node.Children.Keys.Where(key => key is not YamlScalarNode).ToArray())
        {
            problems.Add($"{source}:{key.Start.Line} {path}".TrimEnd(), "has a key that is no text", "write key: value");
            node.Children.Remove(key);
        }
    }

    /// <summary>The dotted path from the root, empty there.</summary>
    public string Path { get; }

    /// <summary>The keys in their order.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.Select(key => ((YamlScalarNode)key).Value ?? "");

    /// <summary>Reads a file; one that is no mapping gives a problem and an empty mapping.</summary>
    /// <exception cref="InvalidFileException">The file does not exist.</exception>
    public static YamlMap Load(string path, ProblemList problems)
    {
        return Parse(WholeFile.ReadText(path, LongestFile), path, problems);
    }

    /// <summary>Reads text; <paramref name="source"/> names it in messages.</summary>
    public static YamlMap Parse(string text, string source, ProblemList problems)
    {
        try
        {
            YamlStream stream = Read(text);
            if (stream.Documents.Count == 0) return new YamlMap([], source, "", problems);
            if (stream.Documents[0].RootNode is YamlMappingNode map) return new YamlMap(map, source, "", problems);
            problems.Add(source, "holds no mapping of keys to values", "write lines such as 'data: packs/digits'");
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            string where = error is YamlException yaml ? $"{source}:{yaml.Start.Line}" : source;
            problems.Add(where, $"cannot be read as YAML ({error.Message})", "check indentation, brackets and quotes");
        }
        return new YamlMap([], source, "", problems);
    }

    /// <summary>A path in full: relative to the file that was read, or to the working folder where the text came from elsewhere.</summary>
    public string Locate(string path) => System.IO.Path.GetFullPath(path, File.Exists(_source) ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(_source))! : Environment.CurrentDirectory);

    /// <summary>Whether the key is there; asking makes it known.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text, or the fallback where the key is absent.</summary>
    public string? Text(string key, string? fallback = null) => Scalar(key, "a text", fallback, text => text);

    /// <summary>A text that has to be there.</summary>
    public string Required(string key, string example)
    {
        if (Text(key) is { Length: > 0 } text) return text;
        _problems.Add(Where(key, _node), "is missing", $"for instance {key}: {example}");
        return "";
    }

    /// <summary>One of a number of names.</summary>
    public string Choice(string key, string fallback, IReadOnlyCollection<string> choices)
    {
        string text = Text(key, fallback)!;
        if (choices.Contains(text)) return text;
        Problem(key, $"is {text}", Nearest.Remedy(text, choices));
        return fallback;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Integer(string key, int fallback, int min = int.MinValue, int max = int.MaxValue) => Scalar(key, Range("a whole number", min, max), fallback,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max ? value : null);

    /// <summary>A number within bounds.</summary>
    public double Number(string key, double fallback, double min = double.MinValue, double max = double.MaxValue) => Scalar(key, Range("a number", min, max), fallback,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max ? value : null);

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback) => Scalar(key, "true or false", fallback, text => text is "true" ? true : text is "false" ? false : null);

    /// <summary>A nested mapping; null where the key is absent.</summary>
    public YamlMap? Map(string key)
    {
        YamlNode? node = Find(key);
        if (node is null) return null;
        if (node is YamlMappingNode map) return Child(map, key);
        Problem(key, "is no mapping", "indent its keys below it, or write {key: value}");
        return null;
    }

    /// <summary>The nested mappings below a key, by name; empty where the key is absent.</summary>
    public IReadOnlyList<(string Name, YamlMap Value)> Maps(string key)
    {
        if (Map(key) is not { } map) return [];
        List<(string, YamlMap)> maps = [];
        foreach (string name in map.Keys)
        {
            if (map.Find(name) is YamlScalarNode { Value: "" or null }) maps.Add((name, map.Child([], name)));
            else if (map.Map(name) is { } value) maps.Add((name, value));
        }
        return maps;
    }

    /// <summary>Whether the key holds a mapping; asking makes it known.</summary>
    public bool IsMap(string key) => Find(key) is YamlMappingNode;

    /// <summary>The numbers below a key by their dotted names, <c>{a: {b: 1}, c.d: 2}</c> being a.b and c.d; empty where the key is absent.</summary>
    public IReadOnlyList<(string Name, double Value)> NumbersByName(string key, double min, double max)
    {
        if (Map(key) is not { } map) return [];
        List<(string, double)> numbers = [];
        foreach (string name in map.Keys)
            if (map.IsMap(name)) numbers.AddRange(map.NumbersByName(name, min, max).Select(pair => ($"{name}.{pair.Name}", pair.Value)));
            else numbers.Add((name, map.Number(name, min, min, max)));
        return numbers;
    }

    /// <summary>A list of mappings; a single mapping counts as a list of one. Null where the key is absent.</summary>
    public IReadOnlyList<YamlMap>? MapList(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case YamlMappingNode map: return [Child(map, key)];
            case YamlScalarNode { Value.Length: > 0 } name: return [Child(new YamlMappingNode("name", name.Value), key)];
            case YamlSequenceNode list when list.All(item => item is YamlMappingNode): return [.. list.Select((item, i) => Child((YamlMappingNode)item, $"{key}[{i}]"))];
            default:
                Problem(key, "is neither a mapping nor a list of mappings", "write {name: …} or a list of them");
                return null;
        }
    }

    /// <summary>A list of texts; null where the key is absent.</summary>
    public IReadOnlyList<string>? Texts(string key) => List(key, "texts", text => text);

    /// <summary>A list of whole numbers; null where the key is absent.</summary>
    public IReadOnlyList<int>? Integers(string key) => List(key, "whole numbers",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? (int?)value : null)?.Select(value => value!.Value).ToArray();

    /// <summary>A list of numbers, or one number; null where the key is absent.</summary>
    public IReadOnlyList<double>? Numbers(string key) => List(key, "numbers",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? (double?)value : null)?.Select(value => value!.Value).ToArray();

    /// <summary>Sets a value by its dotted key, as <c>--set</c> does; the value is read as YAML.</summary>
    public void Set(string dottedKey, string yamlValue)
    {
        YamlNode value;
        try
        {
            YamlStream stream = Read(yamlValue);
            value = stream.Documents.Count == 0 ? new YamlScalarNode("") : stream.Documents[0].RootNode;
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            _problems.Add($"--set {dottedKey}", $"'{yamlValue}' cannot be read as YAML", "quote it");
            return;
        }
        YamlMappingNode map = _node;
        string[] parts = dottedKey.Split('.');
        foreach (string part in parts[..^1])
        {
            YamlScalarNode key = new(part);
            if (!map.Children.TryGetValue(key, out YamlNode? next) || next is YamlScalarNode { Value: "" or null }) map.Children[key] = next = new YamlMappingNode();
            if (next is not YamlMappingNode inner)
            {
                _problems.Add($"--set {dottedKey}", $"{part} is no mapping", "set it as a whole");
                return;
            }
            map = inner;
        }
        map.Children[new YamlScalarNode(parts[^1])] = value;
    }

    /// <summary>Refuses every key, here and below, that was never asked for.</summary>
    public void RejectUnknown()
    {
        foreach (var (key, value) in _node.Children)
        {
            string name = ((YamlScalarNode)key).Value ?? "";
            if (!_asked.Contains(name)) _problems.Add(Where(name, value), "is an unknown key", Nearest.Remedy(name, _asked));
        }
        foreach (YamlMap child in _children) child.RejectUnknown();
    }

    /// <summary>The mapping as YAML text.</summary>
    public string ToYaml()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(_node)).Save(writer, assignAnchors: false);
        return writer.ToString().TrimEnd().TrimEnd('.').TrimEnd() + "\n";
    }

    /// <summary>The value of a key as YAML text, whatever it is; null where the key is absent.</summary>
    public string? Raw(string key)
    {
        if (Find(key) is not { } node) return null;
        if (node is YamlScalarNode { Value: { } text }) return text;
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(node)).Save(writer, assignAnchors: false);
        return writer.ToString().TrimEnd().TrimEnd('.');
    }

    /// <summary>Forgets a key, so that it can be written anew.</summary>
    public void Remove(string key) => _node.Children.Remove(new YamlScalarNode(key));

    /// <summary>The mapping as JSON; numbers and truth values are told from texts by their looks.</summary>
    public JsonObject ToJson() => (JsonObject)ToJson(_node)!;

    /// <summary>Tells a problem of a key.</summary>
    public void Problem(string key, string what, string remedy) => _problems.Add(Where(key, Find(key) ?? _node), what, remedy);

    /// <summary>What the parser throws at hostile text; not all of it is its own.</summary>
    private static bool IsUnreadable(Exception error) => error is YamlException or ArgumentException or InvalidCastException or InvalidOperationException;

    private static YamlStream Read(string text)
    {
        YamlBounds.Check(text);
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return stream;
    }

    private YamlMap Child(YamlMappingNode node, string key)
    {
        YamlMap child = new(node, _source, Path.Length == 0 ? key : $"{Path}.{key}", _problems);
        _children.Add(child);
        return child;
    }

    private YamlNode? Find(string key)
    {
        if (!_asked.Contains(key)) _asked.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;
    }

    private string Where(string key, YamlNode node)
    {
        string path = Path.Length == 0 ? key : $"{Path}.{key}";
        return node.Start.Line > 0 ? $"{_source}:{node.Start.Line} {path}" : $"{_source} {path}";
    }

    private T? Scalar<T>(string key, string expected, T? fallback, Func<string, T?> read) where T : class => Read(key, expected, fallback, read);

    private T Scalar<T>(string key, string expected, T fallback, Func<string, T?> read) where T : struct => Read<T?>(key, expected, fallback, read)!.Value;

    private T? Read<T>(string key, string expected, T? fallback, Func<string, T?> read)
    {
        YamlNode? node = Find(key);
        if (node is null) return fallback;
        if (node is YamlScalarNode scalar && read(scalar.Value ?? "") is { } value) return value;
        Problem(key, node is YamlScalarNode wrong ? $"is '{wrong.Value}'" : "is no single value", $"write {expected}");
        return fallback;
    }

    private List<T>? List<T>(string key, string expected, Func<string, T?> read)
    {
        YamlNode? node = Find(key);
        if (node is null) return null;
        IEnumerable<YamlNode> items = node is YamlSequenceNode list ? list : [node];
        List<T> values = [];
        foreach (YamlNode item in items)
        {
            if (item is YamlScalarNode scalar && read(scalar.Value ?? "") is { } value) values.Add(value);
            else
            {
                Problem(key, "is no list of " + expected, $"write [a, b] with {expected}");
                return null;
            }
        }
        return values;
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted } text => text.Value,
        YamlScalarNode { Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode scalar => double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : scalar.Value,
        _ => null,
    };

    private static string Range(string kind, double min, double max) => (min > -1e9, max < 1e9) switch
    {
        (true, true) => FormattableString.Invariant($"{kind} from {min} to {max}"),
        (true, false) => FormattableString.Invariant($"{kind} of at least {min}"),
        (false, true) => FormattableString.Invariant($"{kind} of at most {max}"),
        _ => kind,
    };
}
