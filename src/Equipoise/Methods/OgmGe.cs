using Equipoise.Data;

namespace Equipoise.Methods;

/// <summary>
/// On-the-fly gradient modulation with Gaussian enhancement (Peng et al., CVPR 2022, eq. 11): noise makes up for what scaling takes
/// from generalisation. It goes to every encoder within the window, whether scaled or not.
/// </summary>
/// <param name="alpha">How strongly the dominant modality is held back (eq. 10), at least 0.</param>
/// <param name="startEpoch">First epoch of the window, from 0, inclusive.</param>
/// <param name="endEpoch">Last epoch of the window, inclusive.</param>
/// <param name="noise">Scale of the noise: 1 is the paper's, 0 is none.</param>
/// <param name="parameters">Which encoder parameters.</param>
public sealed class OgmGe(
    double alpha = 0.8, int startEpoch = 0, int endEpoch = 50, double noise = 1, ModulatedParameters parameters = ModulatedParameters.Weights)
    : Ogm(alpha, startEpoch, endEpoch, parameters)
{
    /// <inheritdoc />
    public override MethodInfo Info => base.Info with
    {
        Name = "ogm-ge",
        Summary = $"{base.Info.Summary}, and adds Gaussian noise",
        Cost = $"{base.Info.Cost}; with noise one normal number per modulated weight",
    };

    /// <inheritdoc />
    private protected override double Noise => noise;

    internal static new OgmGe Read(YamlMap map) => new(Alpha(map), Start(map), End(map), map.Number("noise", 1, min: 0), Parameters(map));
}
