using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Replay;
using Equipoise.Torch;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise replay</c>: recorded traces of the reference implementations, met or not.</summary>
internal static class ReplayCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string[]> cases = new("CASE") { Description = "Folders of recorded cases", Arity = ArgumentArity.OneOrMore };
        Option<double> tolerance = new("--tolerance") { Description = "The largest relative error that passes", DefaultValueFactory = _ => 1e-4 };
        Option<string> device = new("--device") { Description = "Where it is computed: cpu, cuda, cuda:1", DefaultValueFactory = _ => "cpu" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("replay", """
            Replays recorded training traces and compares every parameter: the proof that a method is the method.

            Examples:
              equipoise replay tests/golden/*/
              equipoise replay tests/golden/qmf --tolerance 1e-6 --json
              equipoise replay tests/golden/mla-rls --device cuda
            """) { cases, tolerance, device, json };
        command.SetAction(parse =>
        {
            List<ReplayResult> results = [];
            Device where = CommonOptions.Device(parse.GetValue(device)!);
            foreach (string folder in parse.GetValue(cases)!)
            {
                ReplayResult result = ReplayRunner.Run(folder, parse.GetValue(tolerance), where);
                results.Add(result);
                if (!parse.GetValue(json)) context.Output.WriteLine(Line(result));
            }
            if (parse.GetValue(json)) context.Output.WriteLine(ToJson(results).ToJsonString());
            return results.TrueForAll(result => result.Passed) ? ExitCode.Done : ExitCode.Negative;
        });
        return command;
    }

    private static string Line(ReplayResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Error:e2}  {result.Name}  {(result.Passed ? "pass" : "FAIL")}  (largest in {result.Worst})");

    private static JsonObject ToJson(List<ReplayResult> results) => new()
    {
        ["cases"] = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
        {
            ["name"] = result.Name,
            ["passed"] = result.Passed,
            ["error"] = Finite(result.Error),
            ["worst"] = result.Worst,
            ["tensors"] = new JsonObject(result.Tensors.Select(pair => KeyValuePair.Create(pair.Key, Finite(pair.Value)))),
        })]),
        ["passed"] = results.TrueForAll(result => result.Passed),
    };

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
