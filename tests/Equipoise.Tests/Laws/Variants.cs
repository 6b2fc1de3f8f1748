using Equipoise.Methods;
using Equipoise.Models;

namespace Equipoise.Tests.Laws;

/// <summary>Every method there is, with every fusion that takes it.</summary>
internal static class Variants
{
    /// <summary>All methods as <c>method</c> blocks with their default settings.</summary>
    internal static IReadOnlyList<string> All { get; } = [.. MethodRegistry.Names.Select(Block)];

    /// <summary>The fusions that take a method.</summary>
    internal static IReadOnlyList<string> Fusions(string block)
    {
        using MethodSet methods = Trial.Read(block);
        return [.. FusionSpec.Types.Where(fusion => methods.Refuses(fusion, TrialSpec.First(2)) is null)];
    }

    /// <summary>A method with every fusion that takes it, for two and, where the fusion allows it, three modalities.</summary>
    internal static IEnumerable<TrialSpec> Trials(string block) =>
        from fusion in Fusions(block)
        from modalities in Enumerable.Range(2, fusion is "film" or "gated" ? 1 : 2)
        select new TrialSpec(block, fusion) { Modalities = TrialSpec.First(modalities), Seed = (ulong)(10 + modalities) };

    private static string Block(string name) => name switch
    {
        "unimodal" => "{name: unimodal, modality: a}",
        "relearn" => "{name: relearn, every: 1}",
        _ => $"{{name: {name}}}",
    };
}
