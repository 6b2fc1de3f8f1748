using System.Text;

namespace Equipoise.Report.Log;

/// <summary>Reads what others wrote, with a bound; writes beside the target and renames when whole.</summary>
internal static class ReportFile
{
    public static string ReadText(string path, long longest)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > longest)
                throw new ReportException($"{path}: {length} bytes, more than the {longest} this program reads; give another file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read ({OneLine(problem)}); check the path", problem);
        }
    }

    public static void WriteText(string path, string text)
    {
        string beside = path + ".partial";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Remove(beside);
            throw new ReportException($"{path}: cannot be written ({OneLine(problem)}); check the folder and the space", problem);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to tell; a file that cannot be removed adds nothing to it.
        }
    }

    private static string OneLine(Exception problem) => problem.Message.ReplaceLineEndings(" ");
}
