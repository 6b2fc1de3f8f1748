using Equipoise.Data;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// On-the-fly gradient modulation (Peng et al., CVPR 2022): in every step the dominant modality's encoder gradients are scaled down,
/// which leaves room for the others. With noise it is <see cref="OgmGe"/>.
/// </summary>
/// <param name="alpha">How strongly the dominant modality is held back (eq. 10), at least 0.</param>
/// <param name="startEpoch">First epoch of the window, from 0, inclusive.</param>
/// <param name="endEpoch">Last epoch of the window, inclusive.</param>
/// <param name="parameters">Which encoder parameters.</param>
public class Ogm(
    double alpha = 0.8, int startEpoch = 0, int endEpoch = 50, ModulatedParameters parameters = ModulatedParameters.Weights) : BalancingMethod
{
    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "ogm",
        Summary = "scales down the encoder gradients of the modality that dominates",
        Paper = "Peng, Wei, Deng, Wang, Hu: Balanced Multimodal Learning via On-the-fly Gradient Modulation, CVPR 2022",
        Category = "gradient",
        Deviations =
        [
            "unimodal scores of film and gated come from the attribution service; the released code crashes there",
            "modulated are parameters with two or more dimensions; the released code takes four, the same in ResNets",
            "three or more modalities: the mean ratio to the others, as the author advises",
        ],
        Cost = "unimodal scores from the features at hand",
    };

    /// <summary>Scale of the noise; 0 for none.</summary>
    private protected virtual double Noise => 0;

    internal static Ogm Read(YamlMap map) => new(Alpha(map), Start(map), End(map), Parameters(map));

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
            GradientModulation.Apply(step.Model.EncoderParameters(modalities[m]), coefficients[m], Noise, step.Noise, parameters);
        }
    }

    private protected static double Alpha(YamlMap map) => map.Number("alpha", 0.8, min: 0);

    private protected static int Start(YamlMap map) => map.Integer("start_epoch", 0, min: 0);

    private protected static int End(YamlMap map) => map.Integer("end_epoch", 50, min: 0);

    private protected static ModulatedParameters Parameters(YamlMap map) => map.Choice("parameters", "weights", ["weights", "conv", "all"]) switch
    {
        "conv" => ModulatedParameters.Convolutions,
        "all" => ModulatedParameters.All,
        _ => ModulatedParameters.Weights,
    };
}
