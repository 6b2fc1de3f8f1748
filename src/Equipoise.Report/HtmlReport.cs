using Equipoise.Report.Log;
using Equipoise.Report.Page;

namespace Equipoise.Report;

/// <summary>
/// Makes one self-contained HTML file out of run logs: tables, pictures and data, with nothing to fetch from elsewhere.
/// The file is written beside its target and renamed when whole. The same logs give the same page.
/// </summary>
public static class HtmlReport
{
    /// <summary>Reports what a folder holds: a comparison where there is <c>comparison.json</c>, else one run.</summary>
    /// <param name="folder">A comparison's or a run's folder.</param>
    /// <param name="outFile">The page to write; its folder is made where missing.</param>
    /// <exception cref="ReportException">The folder holds neither, something in it is malformed, or the page cannot be written.</exception>
    public static void Write(string folder, string outFile)
    {
        if (File.Exists(Path.Combine(folder, Comparison.FileName))) WriteComparison(folder, outFile);
        else if (File.Exists(Path.Combine(folder, RunLog.FileName))) WriteRun(folder, outFile);
        else throw new ReportException(Directory.Exists(folder)
            ? $"{folder}: neither {RunLog.FileName} nor {Comparison.FileName} in it; give the folder of a run or of a comparison"
            : $"{folder}: no such folder; give the folder of a run or of a comparison");
    }

    /// <summary>Reports one run.</summary>
    /// <param name="runFolder">The run's folder, with <c>log.jsonl</c>.</param>
    /// <param name="outFile">The page to write.</param>
    /// <exception cref="ReportException">The log is malformed, or the page cannot be written.</exception>
    public static void WriteRun(string runFolder, string outFile)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder)));
        ReportFile.WriteText(outFile, RunPage.Write(name, RunLog.Read(Path.Combine(runFolder, RunLog.FileName))));
    }

    /// <summary>Reports a comparison and every run that it names.</summary>
    /// <param name="folder">The folder with <c>comparison.json</c>.</param>
    /// <param name="outFile">The page to write.</param>
    /// <exception cref="ReportException">The comparison or a log is malformed, or the page cannot be written.</exception>
    public static void WriteComparison(string folder, string outFile) =>
        ReportFile.WriteText(outFile, ComparisonPage.Write(folder, Comparison.Read(folder)));
}
