namespace Equipoise.Report;

/// <summary>A report cannot be made: its one-line message says what is wrong, where, and what to do.</summary>
public sealed class ReportException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="inner">What lay underneath, if anything.</param>
    public ReportException(string message, Exception? inner = null) : base(string.Concat(message.Select(letter => char.IsControl(letter) ? ' ' : letter)), inner)
    {
    }
}
