using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>No method makes a finite gradient infinite or a number out of nothing.</summary>
public sealed class FinitenessLawTests
{
    public static TheoryData<string> Methods => [.. Variants.All, "{name: mmpareto, rescale: encoder}", "{name: mla, ridge: 1e-12}", "{name: qmf, margin: released}"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void GradientsFiguresAndScoresAreFiniteForZeroTinyAndHugeInputs(string block)
    {
        foreach (TrialSpec spec in Variants.Trials(block))
            foreach (double scale in (double[])[0, 1e-30, 1e-10, 1e5, 1e14, 1e22])
            {
                TrialSpec scaled = spec with { Scale = scale, Absent = true, Linear = scale > 1e15 };
                if (!PlainIsFinite(scaled)) continue;
                using Trial trial = new(scaled);
                if (Step(trial) is not { } record) continue;
                Assert.All(trial.Gradients, pass => AllFinite(pass, $"{scaled}"));
                Assert.All(record.Figures, figure => Assert.True(double.IsFinite(figure.Value.Sum), $"{scaled}: {figure.Key} is {figure.Value.Sum}"));
            }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void PredictionsAreFiniteForZeroTinyAndHugeInputs(string block)
    {
        foreach (TrialSpec spec in Variants.Trials(block))
            foreach (double scale in (double[])[0, 1e-30, 1e5, 1e9])
            {
                using Trial trial = new(spec with { Scale = scale, Absent = true });
                Assert.All(trial.Predict(1), value => Assert.True(float.IsFinite(value), $"{spec} at {scale}"));
            }
    }

    /// <summary>Whether single precision holds the plain sum of the losses' gradients at this scale.</summary>
    private static bool PlainIsFinite(TrialSpec spec)
    {
        using Trial plain = new(spec with { Method = "{name: uniform}" });
        return Step(plain) is not null && plain.Gradients.Single().Values.All(values => values.All(float.IsFinite));
    }

    /// <summary>One step; null where it stopped because a loss leaves single precision, as a run does.</summary>
    private static EpochRecord? Step(Trial trial)
    {
        try
        {
            return trial.Step(1);
        }
        catch (DivergedException)
        {
            return null;
        }
    }

    private static void AllFinite(IReadOnlyDictionary<string, float[]> tensors, string what) =>
        Assert.All(tensors, pair => Assert.True(pair.Value.All(float.IsFinite), $"{what}: {pair.Key} is not finite"));
}
