using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Exporting;

/// <summary>What somebody needs to know to get the same scores from exported weights: what goes in, in which form, and what comes out.</summary>
internal static class ExportDescription
{
    internal static JsonObject Of(TrainedRun run) => new()
    {
        ["format"] = "equipoise-export/1",
        ["equipoise"] = typeof(ExportDescription).Assembly.GetName().Version!.ToString(3),
        ["modalities"] = new JsonObject(run.Config.Inputs.Select(input => KeyValuePair.Create(input.Modality.Name, (JsonNode?)Input(input)))),
        ["classes"] = new JsonArray([.. run.Classes.Select(name => (JsonNode)name)]),
        ["method"] = run.Config.Methods.Name,
        ["model"] = run.Config.Resolved.ToJson()["model"]?.DeepClone(),
    };

    private static JsonObject Input(ModalityInput input) => new()
    {
        ["kind"] = PackModality.KindNames[(int)input.Modality.Kind],
        ["stored_shape"] = Numbers(input.Modality.Shape),
        ["stored_type"] = input.Modality.Type.ToString().ToLowerInvariant(),
        ["shape"] = Numbers(BatchLayout.Of(input.Delivered, 1)[1..]),
        ["divide_by"] = input.Modality.Type == Formats.ElementType.UInt8 && input.Modality.Kind != ModalityKind.Text ? 255 : 1,
        ["mean"] = new JsonArray([.. input.Normalisation.Mean.Select(value => (JsonNode)value)]),
        ["std"] = new JsonArray([.. input.Normalisation.Std.Select(value => (JsonNode)value)]),
    };

    private static JsonArray Numbers(long[] values) => new([.. values.Select(value => (JsonNode)value)]);
}
