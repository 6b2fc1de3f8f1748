using Equipoise.Data;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// On-the-fly gradient modulation, with or without Gaussian enhancement (Peng et al., CVPR 2022): in every step the
/// dominant modality's encoder gradients are scaled down, and noise makes up for what that takes from generalisation.
/// </summary>
/// <param name="alpha">How strongly the dominant modality is held back (eq. 10).</param>
/// <param name="startEpoch">First epoch of the window, from 0, inclusive.</param>
/// <param name="endEpoch">Last epoch of the window, inclusive.</param>
/// <param name="noise">Scale of the noise: 1 is the paper's, 0 is none (OGM).</param>
/// <param name="parameters">Which encoder parameters: <c>weights</c> (two or more dimensions), <c>conv</c> (four) or <c>all</c>.</param>
/// <param name="enhanced">Whether the method goes by the name ogm-ge.</param>
public sealed class Ogm(double alpha, int startEpoch, int endEpoch, double noise, string parameters, bool enhanced) : BalancingMethod
{
    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = enhanced ? "ogm-ge" : "ogm",
        Summary = "scales down the encoder gradients of the modality that dominates" + (enhanced ? ", and adds Gaussian noise" : ""),
        Paper = "Peng, Wei, Deng, Wang, Hu: Balanced Multimodal Learning via On-the-fly Gradient Modulation, CVPR 2022",
        Category = "gradient",
        Deviations =
        [
            "unimodal scores of film and gated come from the attribution service; the released code crashes there",
            "modulated are parameters with two or more dimensions; the released code takes four, the same in ResNets",
            "three or more modalities: the mean ratio to the others, as the author advises",
        ],
        Cost = "unimodal scores from the features at hand; with noise one normal number per modulated weight",
    };

    internal static Ogm Read(YamlMap map, bool noise) => new(
        map.Number("alpha", 0.8, min: 0),
        map.Integer("start_epoch", 0, min: 0),
        map.Integer("end_epoch", 50, min: 0),
        noise ? map.Number("noise", 1, min: 0) : 0,
        map.Choice("parameters", "weights", ["weights", "conv", "all"]),
        enhanced: noise);

    /// <inheritdoc />
    public override void AfterBackward(StepContext step)
    {
        if (step.Epoch < startEpoch || step.Epoch > endEpoch) return;
        string[] modalities = [.. step.Model.Modalities.Where(step.HasSamples)];
        if (modalities.Length < 2) return;
        double[] ratios = OgmCoefficients.Ratios([.. modalities.Select(step.Score)]);
        double[] coefficients = OgmCoefficients.Coefficients(ratios, alpha);
        for (int m = 0; m < modalities.Length; m++)
        {
            step.Figure($"ratio.{modalities[m]}", ratios[m]);
            step.Figure($"coefficient.{modalities[m]}", coefficients[m]);
            foreach (Tensor gradient in ModulatedGradients(step, modalities[m])) Modulate(gradient, coefficients[m], step.Noise);
        }
    }

    private IEnumerable<Tensor> ModulatedGradients(StepContext step, string modality) => step.Model.EncoderParameters(modality)
        .Where(parameter => parameters == "all" || (parameters == "conv" ? parameter.Tensor.Dimensions == 4 : parameter.Tensor.Dimensions >= 2))
        .Select(parameter => parameter.Tensor.Grad)
        .OfType<Tensor>();

    /// <summary><c>g ← k·g + ε</c>, ε normal with the spread of the unscaled gradient's elements (eq. 9 and 11).</summary>
    private void Modulate(Tensor gradient, double coefficient, Generator generator)
    {
        using TensorScope scope = TensorScope.Begin();
        double spread = noise > 0 && gradient.Count > 1 ? gradient.Std().ToDouble() + 1e-8 : 0;
        if (coefficient != 1) gradient.MulInPlace(coefficient);
        if (spread == 0) return;
        Tensor enhancement = Tensor.Zeros(gradient.Shape);
        enhancement.NormalInPlace(0, noise * spread, generator);
        gradient.AddInPlace(enhancement);
    }
}
