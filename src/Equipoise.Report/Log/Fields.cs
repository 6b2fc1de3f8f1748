using System.Globalization;
using System.Text.Json;

namespace Equipoise.Report.Log;

/// <summary>
/// Typed reading of a JSON object's fields. What is absent or null is missing (NaN, null or empty); what is there with
/// the wrong type is a <see cref="FormatException"/> that names the field.
/// </summary>
internal static class Fields
{
    public static JsonElement? Get(this JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static string? Text(this JsonElement owner, string name) =>
        owner.Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a text");

    public static double Number(this JsonElement owner, string name) =>
        owner.Get(name) is { } value ? AsNumber(value, name) : double.NaN;

    public static long? Whole(this JsonElement owner, string name) =>
        owner.Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole) && Math.Abs(whole) < 1L << 53 ? whole
        : throw Wrong(name, "a whole number");

    public static bool Flag(this JsonElement owner, string name) =>
        owner.Get(name)?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw Wrong(name, "true or false"),
        };

    public static IReadOnlyList<JsonElement> Items(this JsonElement owner, string name) =>
        owner.Get(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw Wrong(name, "a list");

    public static IReadOnlyList<string> Texts(this JsonElement owner, string name) =>
        [.. owner.Items(name).Select(item => item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw Wrong(name, "a list of texts"))];

    public static IReadOnlyDictionary<string, T> Table<T>(
        this JsonElement owner, string name, Func<JsonElement, string, T> read)
    {
        var table = new Dictionary<string, T>(StringComparer.Ordinal);
        if (owner.Get(name) is not { } value) return table;
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object");
        foreach (var field in value.EnumerateObject()) table[field.Name] = read(field.Value, $"{name}.{field.Name}");
        return table;
    }

    public static IReadOnlyDictionary<string, double> Numbers(this JsonElement owner, string name) =>
        owner.Table(name, AsNumber);

    /// <summary>A number; JSON has none that is not finite, so null and the texts "NaN" and "Infinity" stand for those.</summary>
    public static double AsNumber(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when value.TryGetDouble(out double number) => number,
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" =>
            double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => throw Wrong(name, "a number"),
    };

    /// <summary>Reads every name and text once: half a character (a lone surrogate) shows here, and not when the page is written.</summary>
    /// <exception cref="FormatException">One of them is no text.</exception>
    public static JsonElement Checked(JsonElement json)
    {
        try
        {
            Touch(json);
            return json;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("a text holds half a character");
        }
    }

    private static void Touch(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) json.GetString();
        if (json.ValueKind == JsonValueKind.Array) foreach (var item in json.EnumerateArray()) Touch(item);
        if (json.ValueKind != JsonValueKind.Object) return;
        foreach (var field in json.EnumerateObject())
        {
            _ = field.Name;
            Touch(field.Value);
        }
    }

    private static FormatException Wrong(string name, string expected) => new($"'{name}' should be {expected}");
}
