using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Tests.Weights;

/// <summary><c>tests/reference/papers.py</c>: the papers' classifiers in plain PyTorch, and models here on the same inputs.</summary>
internal static class PaperModels
{
    private const string Script = "import sys, runpy; sys.path.insert(0, sys.argv[1]); import papers; papers.main(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6])";

    /// <summary>A random checkpoint, inputs and logits in a folder.</summary>
    internal static void Make(string model, int channels, string folder) => Run("make", model, channels, folder);

    /// <summary>The logits of the folder's exported weights.</summary>
    internal static void Load(string model, int channels, string folder) => Run("load", model, channels, folder);

    /// <summary>The logits that Python left in the folder.</summary>
    internal static float[] Logits(string folder, string name = "logits") => Npz.Read(Path.Combine(folder, "logits.npz"))[name].As<float>().ToArray();

    /// <summary>The folder's inputs, as tensors.</summary>
    internal static ModelInput Inputs(string folder) => new(Npz.Read(Path.Combine(folder, "inputs.npz")).ToDictionary(pair => pair.Key, pair => pair.Value.ToTensor()), null);

    private static void Run(string action, string model, int channels, string folder) =>
        PythonOracle.Run(Script, Repository.Path("tests/reference"), action, model, "3", $"{channels}", folder);

    internal static bool Near(float left, float right) => Math.Abs(left - right) <= 1e-5 * Math.Max(1, Math.Abs(left));
}
