namespace Equipoise.Torch;

/// <summary>
/// Counts the bytes that libtorch's allocator hands out where new tensors lie (<see cref="DeviceScope"/>). What is found depends on the operators and their shapes, never on time or on
/// what else the process holds.
/// </summary>
public static class MemoryRecording
{
    private static readonly Operator StartOp = Operator.Get("equipoise::start_recording_memory");
    private static readonly Operator StopOp = Operator.Get("equipoise::stop_recording_memory");

    /// <summary>Does something and records its memory: the bytes of the tensors it holds after each allocation and each release on this thread.</summary>
    /// <param name="work">It releases no tensor that was there before: nobody knows how large that was.</param>
    public static long[] Of(Action work)
    {
        StartOp.CallInPlace(DeviceScope.Current);
        try
        {
            work();
        }
        catch
        {
            Stop();
            throw;
        }
        return Stop();
    }

    private static long[] Stop()
    {
        using TensorScope scope = TensorScope.Begin();
        return StopOp.Call().ToArray<long>();
    }
}
