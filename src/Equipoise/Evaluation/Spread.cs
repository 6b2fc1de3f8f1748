using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Evaluation;

/// <summary>Mean and sample standard deviation of some numbers.</summary>
/// <param name="Mean">The mean; NaN of none.</param>
/// <param name="Deviation">The standard deviation with n − 1; 0 of a single one.</param>
public readonly record struct Spread(double Mean, double Deviation)
{
    /// <summary>Of numbers.</summary>
    public static Spread Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return new Spread(double.NaN, double.NaN);
        double mean = values.Average();
        return new Spread(mean, values.Count > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)) : 0);
    }

    /// <summary>Of JSON numbers; what is absent or null is left out.</summary>
    public static Spread Of(IEnumerable<JsonNode?> nodes) => Of([.. nodes.OfType<JsonNode>().Select(node => node.GetValue<double>())]);

    /// <summary>As JSON: <c>{"mean", "std"}</c>.</summary>
    public JsonObject ToJson() => new() { ["mean"] = Scores.Finite(Mean), ["std"] = Scores.Finite(Deviation) };

    /// <inheritdoc />
    public override string ToString() => double.IsNaN(Mean) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{Mean:0.000} ± {Deviation:0.000}");
}
