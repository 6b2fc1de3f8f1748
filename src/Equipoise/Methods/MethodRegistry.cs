using System.Collections.Frozen;
using Equipoise.Configuration;
using Equipoise.Data;

namespace Equipoise.Methods;

/// <summary>The methods there are: one line each.</summary>
public static class MethodRegistry
{
    private static readonly FrozenDictionary<string, Func<YamlMap, BalancingMethod>> Makers = new Dictionary<string, Func<YamlMap, BalancingMethod>>
    {
        ["joint"] = _ => new Joint(),
        ["unimodal"] = Unimodal.Read,
        ["uniform"] = _ => new Uniform(),
        ["ogm"] = Ogm.Read,
        ["ogm-ge"] = OgmGe.Read,
        ["mla"] = Mla.Read,
        ["qmf"] = Qmf.Read,
        ["mmpareto"] = MmPareto.Read,
        ["mgda"] = Mgda.Read,
        ["relearn"] = Relearn.Read,
    }.ToFrozenDictionary();

    /// <summary>The names, in the order of the papers.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["joint", "unimodal", "uniform", "ogm", "ogm-ge", "mla", "qmf", "mmpareto", "mgda", "relearn"];

    /// <summary>A method with the settings of a <c>method</c> block; null where its name is unknown (a problem is told).</summary>
    /// <param name="map">The block.</param>
    /// <param name="plugins">The program's own methods, which go before those here; null for none.</param>
    internal static BalancingMethod? Read(YamlMap map, Plugins? plugins = null)
    {
        plugins ??= new Plugins();
        string name = map.Required("name", "joint");
        if (plugins.Methods.TryGetValue(name, out var own)) return own(map);
        if (Makers.TryGetValue(name, out var make)) return make(map);
        if (name.Length > 0) map.Problem("name", $"is {name}, which is no method", Nearest.Remedy(name, [.. Names, .. plugins.Methods.Keys]));
        return null;
    }

    /// <summary>What a method declares about itself, with its default settings.</summary>
    public static MethodInfo Info(string name)
    {
        using BalancingMethod method = Makers[name](YamlMap.Parse($"{{name: {name}, modality: any}}", "defaults", new ProblemList()));
        return method.Info;
    }
}
