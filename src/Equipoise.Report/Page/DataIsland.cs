using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Equipoise.Report.Svg;

namespace Equipoise.Report.Page;

/// <summary>The numbers behind the page, as JSON inside it, for programs. Epochs beyond a thousand are thinned.</summary>
internal static class DataIsland
{
    private const int MostEpochs = 1000;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    public static void Write(Markup to, Comparison? comparison, IReadOnlyList<NamedRun> runs)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Options))
        {
            json.WriteStartObject();
            json.WriteString("format", "equipoise-report/1");
            if (comparison is not null)
            {
                json.WritePropertyName("comparison");
                comparison.Details.WriteTo(json);
            }

            json.WriteStartArray("runs");
            foreach (var run in runs) Write(json, run);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var island = to.In("script", ("type", "application/json"), ("id", "equipoise-data"));
        to.Raw(Encoding.UTF8.GetString(memory.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, NamedRun run)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteStartArray("events");
        var epochs = run.Log.Events.Where(IsEpoch).ToList();
        foreach (var line in run.Log.Events.Where(line => !IsEpoch(line)).Concat(Thinning.Evenly(epochs, MostEpochs)))
            line.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsEpoch(JsonElement line) => line.GetProperty("event").GetString() == "epoch";
}
