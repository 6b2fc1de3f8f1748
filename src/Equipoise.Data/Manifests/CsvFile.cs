using System.Text;
using CsvHelper;
using Equipoise.Formats;

namespace Equipoise.Data.Manifests;

/// <summary>Reads CSV files; what the parser complains about is told of the file, in a line.</summary>
internal static class CsvFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heading">Whether its first line names the columns; it is read before <paramref name="read"/> is called.</param>
    /// <param name="read">Takes the rows.</param>
    /// <exception cref="InvalidFileException">It does not exist, or is no CSV file.</exception>
    internal static T Read<T>(string path, bool heading, Func<CsvReader, T> read)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        return Read(path, () => CsvReader.FromFile(path, Options(heading)), heading, read);
    }

    /// <summary>Reads text of a file that has been read.</summary>
    internal static T Read<T>(string path, string text, Func<CsvReader, T> read) => Read(path, () => CsvReader.FromText(text, Options(heading: false)), heading: false, read);

    private static CsvReaderOptions Options(bool heading) => new() { Separator = ',', HasHeader = heading, TrackLineNumbers = true };

    private static T Read<T>(string path, Func<CsvReader> open, bool heading, Func<CsvReader, T> read)
    {
        try
        {
            using CsvReader csv = open();
            if (heading) csv.ReadHeader();
            return read(csv);
        }
        catch (Exception error) when (error is CsvFormatException or DecoderFallbackException or InvalidDataException)
        {
            throw new InvalidFileException(path, $"is no CSV file ({error.Message})", "write it with commas, in UTF-8, one sample per line");
        }
    }
}
