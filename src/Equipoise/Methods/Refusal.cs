namespace Equipoise.Methods;

/// <summary>Why a method does not work with a model.</summary>
/// <param name="Reason">What stands against it, in a few words.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Refusal(string Reason, string Remedy);
