using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>A control group with a bound on memory (version 1 of the interface, or 2), where this machine lets one be made.</summary>
internal sealed class ControlGroup : IDisposable
{
    private readonly string _folder;
    private readonly string _parent;
    private readonly string _peak;

    private ControlGroup(string parent, string limit, string peak, long bytes)
    {
        (_parent, _folder) = (parent, Path.Combine(parent, $"equipoise-{Environment.ProcessId}"));
        Directory.CreateDirectory(_folder);
        _peak = Path.Combine(_folder, peak);
        File.WriteAllText(Path.Combine(_folder, limit), bytes.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The most memory that was in use in the group, pages of files included.</summary>
    internal double PeakBytes => double.Parse(File.ReadAllText(_peak), CultureInfo.InvariantCulture);

    /// <summary>Makes a group; null where that is not allowed.</summary>
    internal static ControlGroup? TryMake(long bytes)
    {
        try
        {
            return Directory.Exists("/sys/fs/cgroup/memory")
                ? new ControlGroup("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.max_usage_in_bytes", bytes)
                : new ControlGroup("/sys/fs/cgroup", "memory.max", "memory.peak", bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Moves this process into the group, and back when disposed; what it starts meanwhile stays inside.</summary>
    internal Membership Enter() => new(this);

    public void Dispose() => Directory.Delete(_folder);

    /// <summary>A stay in the group.</summary>
    internal sealed class Membership : IDisposable
    {
        private readonly ControlGroup _group;

        internal Membership(ControlGroup group)
        {
            _group = group;
            Move(group._folder);
        }

        public void Dispose() => Move(_group._parent);

        private static void Move(string folder) => File.WriteAllText(Path.Combine(folder, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }
}
