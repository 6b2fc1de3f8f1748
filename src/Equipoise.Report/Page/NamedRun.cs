namespace Equipoise.Report.Page;

/// <summary>A run on the page: the name it is shown under, the anchor of its section, its log.</summary>
internal sealed record NamedRun(string Name, string Anchor, RunLog Log);
