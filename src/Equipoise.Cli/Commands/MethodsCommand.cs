using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Methods;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise methods</c>: what there is.</summary>
internal static class MethodsCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string?> name = new("NAME") { Description = "One method; all where absent", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> matrix = new("--matrix") { Description = "Try every method with every fusion and two to four modalities" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("methods", """
            Lists the balancing methods, or describes one.

            Examples:
              equipoise methods
              equipoise methods mmpareto
              equipoise methods --matrix
            """) { name, matrix, json };
        command.SetAction(parse =>
        {
            string? one = parse.GetValue(name);
            if (parse.GetValue(matrix)) return WriteMatrix(context.Output, one, parse.GetValue(json));
            Check(one);
            MethodInfo[] infos = [.. (one is null ? MethodRegistry.Names : [one]).Select(MethodRegistry.Info)];
            if (parse.GetValue(json)) context.Output.WriteLine(new JsonArray([.. infos.Select(info => (JsonNode)ToJson(info))]).ToJsonString());
            else if (one is null) TextTable.Write(context.Output, ["method", "kind", "what it does"], infos.Select(info => (string[])[info.Name, info.Category, info.Summary]), texts: 3);
            else Describe(context.Output, infos[0]);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Check(string? name)
    {
        if (name is null || MethodRegistry.Names.Contains(name)) return;
        throw new ProblemException($"{name}: is no method; {Nearest.Remedy(name, (IReadOnlyCollection<string>)MethodRegistry.Names)}");
    }

    private static int WriteMatrix(TextWriter output, string? one, bool json)
    {
        Check(one);
        MatrixEntry[] entries = [.. MethodMatrix.Try().Where(entry => one is null || entry.Method == one)];
        if (json) output.WriteLine(new JsonArray([.. entries.Select(entry => (JsonNode)ToJson(entry))]).ToJsonString());
        else MatrixTable.Write(output, entries);
        return ExitCode.Done;
    }

    private static JsonObject ToJson(MatrixEntry entry) => new()
    {
        ["method"] = entry.Method,
        ["fusion"] = entry.Fusion,
        ["modalities"] = entry.Modalities,
        ["works"] = entry.Refusal is null,
        ["reason"] = entry.Refusal,
    };

    private static void Describe(TextWriter output, MethodInfo info)
    {
        output.WriteLine($"{info.Name} ({info.Category}): {info.Summary}");
        output.WriteLine($"paper: {info.Paper}");
        output.WriteLine($"fusions: {(info.Fusions is { } fusions ? string.Join(", ", fusions) : "all")} (default {info.DefaultFusion})");
        output.WriteLine($"cost: {info.Cost}");
        foreach (string deviation in info.Deviations) output.WriteLine($"departs: {deviation}");
        output.WriteLine($"settings, figures and more: docs/methods/{info.Name}.md");
    }

    private static JsonObject ToJson(MethodInfo info) => new()
    {
        ["name"] = info.Name,
        ["category"] = info.Category,
        ["summary"] = info.Summary,
        ["paper"] = info.Paper,
        ["owns"] = info.Owns.ToString(),
        ["default_fusion"] = info.DefaultFusion,
        ["fusions"] = info.Fusions is { } fusions ? new JsonArray([.. fusions.Select(fusion => (JsonNode)fusion)]) : null,
        ["deviations"] = new JsonArray([.. info.Deviations.Select(text => (JsonNode)text)]),
        ["cost"] = info.Cost,
    };
}
