using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>The libtorch that this process runs on.</summary>
public static unsafe class TorchRuntime
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>libtorch's version, for instance <c>1.13.0</c>.</summary>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return NativeStatus.Text(NativeMethods.eq_torch_version());
        }
    }

    /// <summary>How many threads an operator may use; by default all processors.</summary>
    public static int Threads
    {
        get
        {
            EnsureLoaded();
            int count;
            NativeStatus.Check(NativeMethods.eq_threads(&count), "TorchRuntime.Threads");
            return count;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            EnsureLoaded();
            NativeStatus.Check(NativeMethods.eq_set_threads(value), "TorchRuntime.Threads");
        }
    }

    /// <summary>Says what devices other than the processor may trade for speed.</summary>
    /// <param name="tf32">Whether products and convolutions of single precision may round their factors to 10 bits (CUDA's TF32).</param>
    /// <param name="deterministic">Whether the same bits come out every time; where libtorch has no such kernel, it warns.</param>
    public static void SetNumerics(bool tf32, bool deterministic)
    {
        EnsureLoaded();
        NativeStatus.Check(NativeMethods.eq_numerics(tf32 ? 1 : 0, deterministic ? 1 : 0), "TorchRuntime.SetNumerics");
    }

    /// <summary>The processor's name as the system has it; <c>unknown</c> where it says none.</summary>
    public static string Processor { get; } = File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown"
        : "unknown";

    /// <summary>The file that serves matrix products (BLAS), as the loader found it; empty where libtorch brings its own.</summary>
    public static string BlasLibrary
    {
        get
        {
            EnsureLoaded();
            byte* path;
            NativeStatus.Check(NativeMethods.eq_blas_library(&path), "TorchRuntime.BlasLibrary");
            string text = NativeStatus.Text(path);
            return text.Length == 0 ? "" : Path.GetFullPath(new FileInfo(text).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? text);
        }
    }

    /// <summary>What libtorch warned of since the last call.</summary>
    public static IReadOnlyList<string> TakeWarnings()
    {
        EnsureLoaded();
        List<string> warnings = [];
        while (true)
        {
            byte* text;
            NativeStatus.Check(NativeMethods.eq_take_warning(&text), "TorchRuntime.TakeWarnings");
            if (text is null) return warnings;
            warnings.Add(NativeStatus.Text(text));
        }
    }

    internal static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        int abi = NativeMethods.eq_abi_version();
        if (abi != NativeMethods.AbiVersion)
            throw new InvalidOperationException($"the native library speaks version {abi}, this program {NativeMethods.AbiVersion}: build again");
        NativeStatus.Check(NativeMethods.eq_set_threads(Environment.ProcessorCount), "TorchRuntime.Threads");
        NativeStatus.Check(NativeMethods.eq_keep_memory(), "TorchRuntime.Load");
        return true;
    }
}
