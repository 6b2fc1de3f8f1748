using System.Text.Json.Nodes;

namespace Equipoise.Training;

/// <summary>
/// Losses are multiplied before the backward pass, and gradients divided after it, so that small ones do not vanish in float16 (Micikevicius et al.,
/// ICLR 2018, section 3.2). The factor is found on the way: half as large where a gradient overflows, twice as large after 2000 steps without.
/// It is always a power of two, so in single precision every bit stays what it was.
/// </summary>
/// <param name="factor">What losses are multiplied by at first; 65536 by default.</param>
/// <param name="patience">Steps without overflow after which it doubles; 2000 by default.</param>
public sealed class LossScale(double factor = 65536, int patience = 2000)
{
    private int _steps;

    /// <summary>What losses are multiplied by now.</summary>
    public double Factor { get; private set; } = factor;

    /// <summary>After a backward pass: whether its gradients are of use. Those that are not have to be left out.</summary>
    /// <param name="finite">Whether all gradients are finite.</param>
    public bool Accept(bool finite)
    {
        _steps = finite ? _steps + 1 : 0;
        if (!finite) Factor /= 2;
        if (_steps == patience) (Factor, _steps) = (Factor * 2, 0);
        return finite;
    }

    /// <summary>For <c>state.json</c>.</summary>
    internal JsonObject ToJson() => new() { ["factor"] = Factor, ["steps"] = _steps };

    /// <summary>Goes on from <c>state.json</c>, where it holds a scale; returns itself.</summary>
    internal LossScale GoOnFrom(JsonObject? json)
    {
        if (json is not null) (Factor, _steps) = (json["factor"]!.GetValue<double>(), json["steps"]!.GetValue<int>());
        return this;
    }
}
