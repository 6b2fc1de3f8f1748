using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Equipoise.Torch.Native;

/// <summary>Finds and opens the native library; a failure lists every path tried and what mends it.</summary>
internal static partial class NativeLoader
{
    private const string FileName = "libequipoise_native.so";

#pragma warning disable CA2255 // the resolver has to stand before the first call, whoever makes it
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != NativeMethods.Library) return 0;
        PutWaitingThreadsToSleep();
        List<string> tried = [];
        foreach (string candidate in Candidates())
        {
            if (TryOpen(candidate, tried, out nint library)) return library;
        }
        throw new DllNotFoundException(
            $"cannot load {FileName}: {string.Join("; ", tried)}. Install libtorch (apt-get install libtorch-dev) and build again.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("EQUI_NATIVE_PATH") is { Length: > 0 } chosen) yield return chosen;
        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", FileName);
        yield return FileName;
    }

    private static bool TryOpen(string candidate, List<string> tried, out nint library)
    {
        library = 0;
        try
        {
            library = NativeLibrary.Load(candidate);
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            tried.Add($"{candidate} ({error.Message.ReplaceLineEndings(" ").Trim()})");
            return false;
        }
    }

    /// <summary>
    /// OpenMP's waiting threads spin by default and starve everything else on a busy machine (measured: 12 times slower
    /// with one neighbour). The policy is read when the runtime loads, so it is set right before; a user's own choice stays.
    /// </summary>
    private static void PutWaitingThreadsToSleep()
    {
        if (OperatingSystem.IsLinux()) _ = setenv("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
