using Equipoise.Torch;

namespace Equipoise.Methods;

/// <summary>
/// The two tensor operations of on-the-fly gradient modulation (Peng et al., CVPR 2022), for training loops of one's own: score each
/// modality before the step, let <see cref="OgmCoefficients"/> decide, apply the coefficients between backward and step.
/// </summary>
public static class GradientModulation
{
    /// <summary>The mean probability of the true class (eq. 7, divided by the batch), at least 1e-12.</summary>
    /// <param name="logits">What one modality alone says, <c>[batch, classes]</c>.</param>
    /// <param name="labels">Class numbers <c>[batch]</c>, int64.</param>
    public static double Score(Tensor logits, Tensor labels)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        return Math.Max(1e-12, logits.Softmax(1).Gather(1, labels.Unsqueeze(1)).Mean().ToDouble());
    }

    /// <summary><c>g ← k·g + ε</c> for the gradients at hand, ε normal with the spread of the unscaled gradient's elements (eq. 9 and 11).</summary>
    /// <param name="parameters">The parameters of one modality's encoder; those without a gradient are left alone.</param>
    /// <param name="coefficient">k, from 0 to 1; 1 leaves the gradient as it is, to the last bit.</param>
    /// <param name="noise">Scale of ε: 1 is the paper's, 0 (the default) is none.</param>
    /// <param name="generator">The noise stream; needed where <paramref name="noise"/> is above 0.</param>
    /// <param name="which">Which of the parameters.</param>
    /// <exception cref="ArgumentNullException">There is to be noise and no generator.</exception>
    public static void Apply(
        IEnumerable<(string Name, Tensor Tensor)> parameters, double coefficient, double noise = 0, Generator? generator = null,
        ModulatedParameters which = ModulatedParameters.Weights)
    {
        if (noise > 0) ArgumentNullException.ThrowIfNull(generator);
        int dimensions = which switch { ModulatedParameters.All => 0, ModulatedParameters.Convolutions => 4, _ => 2 };
        using GradMode off = GradMode.Off();
        Tensor[] gradients = [.. parameters.Where(pair => pair.Tensor.Dimensions >= dimensions).Select(pair => pair.Tensor.Grad).OfType<Tensor>()];
        if (gradients.Length > 0 && (coefficient != 1 || noise > 0)) GradientOps.Modulate(gradients, coefficient, noise, noise > 0 ? generator : null);
    }
}

/// <summary>Which of an encoder's parameters are modulated.</summary>
public enum ModulatedParameters
{
    /// <summary>Those of two or more dimensions: matrices and convolutions, neither biases nor norms.</summary>
    Weights,

    /// <summary>Those of four dimensions, as the released code does.</summary>
    Convolutions,

    /// <summary>All.</summary>
    All,
}
