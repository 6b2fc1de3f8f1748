using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// A network exported from PyTorch. Its <c>forward</c> takes the input and, where it takes two arguments, the mask (bool, true where a position is
/// real), and gives <c>[batch, width]</c>; what has more dimensions is averaged over all behind the second.
/// </summary>
public sealed class TorchScript : Encoder
{
    private readonly ScriptModule _module;

    /// <summary>Loads the network and finds its width by trying one sample of zeros.</summary>
    /// <param name="file">What <c>torch.jit.save</c> wrote.</param>
    /// <param name="modality">What it will read.</param>
    /// <exception cref="InvalidFileException">The file is no TorchScript, or the network does not take such a sample.</exception>
    public TorchScript(string file, PackModality modality)
    {
        if (!File.Exists(file)) throw new InvalidFileException(file, "does not exist", "export a network by torch.jit.script(net).save(file)");
        using TensorScope scope = TensorScope.Begin();
        ScriptModule? module = null;
        try
        {
            module = new ScriptModule(file);
            Width = Try(module, modality);
        }
        catch (Exception error) when (error is TensorException or ArgumentException or NotSupportedException)
        {
            module?.Dispose();
            string reason = error.Message.ReplaceLineEndings("\n").Split('\n').Last(line => line.Trim().Length > 0).Trim();
            throw new InvalidFileException(file, module is null ? $"is no TorchScript file ({reason})" : $"does not take a sample of {modality.Name} ({reason})", "export a network for such inputs by torch.jit.script(net).save(file)");
        }
        _module = Child("module", module);
    }

    internal static EncoderType Type { get; } = new("torchscript", [.. Enum.GetValues<ModalityKind>()], block =>
    {
        string file = block.File("file", "encoder.pt");
        PackModality modality = block.Modality;
        if (file.Length > 0 && !File.Exists(file)) block.Problem("file", $"is {file}, which does not exist", "export a network by torch.jit.script(net).save(file)");
        return _ => new TorchScript(file, modality);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null) => Pool(_module.Forward(input, mask ?? Everything(input)));

    private static long Try(ScriptModule module, PackModality modality)
    {
        using GradMode off = GradMode.Off();
        module.Train(false);
        Tensor input = Tensor.Zeros(modality.Kind == ModalityKind.Text ? DType.Int64 : DType.Float32, BatchLayout.Of(modality, 1));
        Tensor features = Pool(module.Forward(input, Everything(input)));
        module.Train();
        return features.Dimensions == 2 && features.Shape[0] == 1 ? features.Shape[1] : throw new ArgumentException($"it gives {features}, not one vector for each sample");
    }

    private static Tensor Everything(Tensor input) => Ops.Full(input.Shape.AsSpan(0, Math.Min(2, input.Dimensions)), 1, DType.Bool);

    private static Tensor Pool(Tensor output) => output.Dimensions > 2 ? output.Mean([.. Enumerable.Range(2, output.Dimensions - 2).Select(i => (long)i)]) : output;
}
