using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>Which gradients a method touches, and how, bit for bit.</summary>
public sealed class GradientLawTests
{
    // A head that all modalities share adds up more than two gradients, whose order rounds differently when they are collected apart.
    [Theory]
    [InlineData("{name: ogm}", "{name: joint}")]
    [InlineData("{name: ogm-ge}", "{name: joint}")]
    [InlineData("{name: ogm-ge, parameters: all}", "{name: joint}")]
    [InlineData("{name: mmpareto}", "{name: uniform}")]
    [InlineData("{name: mmpareto, rescale: encoder, magnitude: 3}", "{name: uniform}")]
    [InlineData("{name: mgda}", "{name: uniform}")]
    [InlineData("[{name: mmpareto}, {name: ogm-ge}]", "{name: uniform}")]
    public void WhatStandsOutsideTheEncodersGetsThePlainGradient(string block, string plain)
    {
        foreach (TrialSpec spec in Variants.Trials(block))
        {
            IReadOnlyDictionary<string, float[]> expected = Gradients(spec with { Method = plain }), found = Gradients(spec);
            Assert.Equal(expected.Keys.Order(), found.Keys.Order());
            Assert.Contains(expected.Keys, name => !Law.IsOfEncoder(name));
            string[] outside = [.. Law.Changed(expected, found).Where(name => !Law.IsOfEncoder(name))];
            if (spec.Fusion == "shared") Assert.All(outside, name => Assert.True(Law.Difference(expected[name], found[name]) <= 1e-6 * Law.Norm(expected[name])));
            else Assert.Empty(outside.Select(name => $"{spec}: {name}"));
            Assert.Contains(Law.Changed(expected, found), Law.IsOfEncoder);
        }
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("conv")]
    [InlineData("all")]
    public void OgmScalesTheGradientsNamedByTheCoefficientsLogged(string parameters)
    {
        foreach (TrialSpec spec in Variants.Trials($"{{name: ogm, parameters: {parameters}}}"))
        {
            using Trial joint = new(spec with { Method = "{name: joint}" }), ogm = new(spec);
            joint.Step(0);
            EpochRecord record = ogm.Step(0);
            var shapes = ogm.Model.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Tensor.Dimensions);
            foreach (var (name, plain) in joint.Gradients.Single())
            {
                bool named = Law.IsOfEncoder(name) && (parameters == "all" || (parameters == "conv" ? shapes[name] == 4 : shapes[name] >= 2));
                float k = named ? (float)record.Figures[$"coefficient.{name.Split('.')[1]}"].Sum : 1;
                Assert.Equal(plain.Select(value => k * value), ogm.Gradients.Single()[name]);
            }
        }
    }

    private static IReadOnlyDictionary<string, float[]> Gradients(TrialSpec spec)
    {
        using Trial trial = new(spec);
        trial.Step(0);
        return trial.Gradients.Single();
    }
}
