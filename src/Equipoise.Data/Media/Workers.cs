using System.Runtime.ExceptionServices;

namespace Equipoise.Data.Media;

/// <summary>Does pieces of work on all processors; the first failure is thrown as it is.</summary>
internal static class Workers
{
    internal static void Run<T>(IReadOnlyList<T> pieces, Action<T> work, CancellationToken cancellation)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            Parallel.ForEach(pieces, options, work);
        }
        catch (AggregateException failures)
        {
            cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
