using Equipoise.Data;
using Equipoise.Torch.Nn;

namespace Equipoise.Configuration;

/// <summary>The dotted names of a model's parts and parameters, as configurations give them: <c>encoders.audio</c>, <c>fusion</c>.</summary>
internal static class PartNames
{
    /// <summary>Whether a name stands for a parameter: it is the parameter's, or that of a part it belongs to.</summary>
    internal static bool Holds(string part, string parameter) =>
        parameter.StartsWith(part, StringComparison.Ordinal) && (parameter.Length == part.Length || parameter[part.Length] == '.');

    /// <summary>Refuses names that stand for nothing in the model, each with the nearest that does.</summary>
    /// <exception cref="ProblemException">Some do.</exception>
    internal static void Check(Module model, string key, IEnumerable<string> parts)
    {
        string[] parameters = [.. model.NamedParameters().Select(pair => pair.Name)];
        ProblemList problems = new();
        foreach (string part in parts.Where(part => !parameters.Any(parameter => Holds(part, parameter))))
            problems.Add(key, $"names {part}, which the model does not have", Remedy(part, parameters));
        problems.ThrowIfAny();
    }

    /// <summary>The nearest part as deep as the one meant, or else the model's largest parts.</summary>
    private static string Remedy(string part, string[] parameters)
    {
        string[] known = [.. parameters.SelectMany(Prefixes).Distinct()];
        return Nearest.Remedy(part, Nearest.Name(part, known) is null ? [.. known.Where(name => name.Count(letter => letter == '.') <= 1)] : known);
    }

    private static IEnumerable<string> Prefixes(string name)
    {
        for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1)) yield return name[..dot];
        yield return name;
    }
}
