namespace Equipoise.Methods;

/// <summary>What OGM decides: which modality dominates, and how far it is held back.</summary>
public static class OgmCoefficients
{
    /// <summary>Discrepancy ratios (eq. 8): of two, <c>s_m / s_other</c>; of more, the mean of a modality's ratios to the others.</summary>
    /// <param name="scores">Each modality's summed probability of the true class, above 0.</param>
    public static double[] Ratios(ReadOnlySpan<double> scores)
    {
        double[] ratios = new double[scores.Length];
        for (int m = 0; m < scores.Length; m++)
        {
            for (int other = 0; other < scores.Length; other++)
                if (other != m) ratios[m] += scores[m] / scores[other];
            ratios[m] /= Math.Max(1, scores.Length - 1);
        }
        return ratios;
    }

    /// <summary>
    /// Coefficients (eq. 10): <c>1 − tanh(α·ρ)</c> for what dominates, 1 for the rest. Of two modalities exactly one is held back: the
    /// second where its ratio is above 1, else the first, so a tie holds the first back as the released code does.
    /// </summary>
    /// <param name="ratios">The ratios of <see cref="Ratios"/>.</param>
    /// <param name="alpha">How strongly, at least 0.</param>
    public static double[] Coefficients(ReadOnlySpan<double> ratios, double alpha)
    {
        double[] coefficients = new double[ratios.Length];
        for (int m = 0; m < ratios.Length; m++)
        {
            bool dominates = ratios.Length == 2 ? (m == 1) == (ratios[1] > 1) : ratios[m] > 1;
            coefficients[m] = dominates ? 1 - Math.Tanh(alpha * ratios[m]) : 1;
        }
        return coefficients;
    }
}
