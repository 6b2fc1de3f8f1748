using Equipoise.Tests.Encoders;
using Equipoise.Torch;

namespace Equipoise.Devices.Tests;

/// <summary>Every encoder computes on another device what it computes on the processor, forward and backward, in training and in use.</summary>
public sealed class EncoderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, EncoderCases.All.Count)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Numbers))]
    public void FeaturesAndGradientsAreThoseOfTheProcessor(int number)
    {
        EncoderCase encoder = EncoderCases.All[number];
        encoder.Write(_folder["case"]);
        Dictionary<string, float[]> here = encoder.Outcome(_folder["case"]), there;
        using (DeviceScope.Begin(TestDevice.Here)) there = encoder.Outcome(_folder["case"]);
        Assert.Equal(here.Keys, there.Keys);
        Assert.All(here, pair => Assert.True(EncoderCase.Error(there[pair.Key], pair.Value) < 1e-4, $"{encoder}: {pair.Key} differs by {EncoderCase.Error(there[pair.Key], pair.Value):e2}"));
    }
}
