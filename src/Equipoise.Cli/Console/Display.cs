namespace Equipoise.Cli.Console;

/// <summary>Progress on stderr: a line that is rewritten in a terminal, one line per finished part elsewhere.</summary>
internal sealed class Display(TextWriter error, bool quiet)
{
    private readonly bool _live = !quiet && !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
    private readonly Lock _lock = new();
    private bool _pending;

    /// <summary>Rewrites the running line; nothing where there is no terminal.</summary>
    internal void Running(string text)
    {
        if (!_live) return;
        int width = Math.Max(20, System.Console.WindowWidth - 1);
        lock (_lock)
        {
            error.Write("\r" + (text.Length > width ? text[..width] : text.PadRight(width)));
            _pending = true;
        }
    }

    /// <summary>Writes a line that stays.</summary>
    internal void Line(string text)
    {
        if (quiet) return;
        lock (_lock)
        {
            if (_pending) error.Write("\r" + new string(' ', Math.Max(20, System.Console.WindowWidth - 1)) + "\r");
            _pending = false;
            error.WriteLine(text);
        }
    }

    /// <summary>A reporter of parts done, shown as a running line.</summary>
    internal IProgress<(int Done, int Total)> Parts(string what) => new PartsReporter(this, what);

    private sealed class PartsReporter(Display display, string what) : IProgress<(int Done, int Total)>
    {
        private readonly long _began = TimeProvider.System.GetTimestamp();

        public void Report((int Done, int Total) value)
        {
            double left = TimeProvider.System.GetElapsedTime(_began).TotalSeconds / Math.Max(1, value.Done) * (value.Total - value.Done);
            string remaining = left < 2 ? "" : left < 100 ? $", about {left:f0} s left" : $", about {left / 60:f0} min left";
            display.Running($"{what}: {value.Done} of {value.Total}{remaining}");
        }
    }
}
