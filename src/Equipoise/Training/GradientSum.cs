using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Training;

/// <summary>Adds up the gradients of the parts of a step, so that their mean over the samples moves the parameters.</summary>
internal sealed class GradientSum(Optimizer optimizer) : IDisposable
{
    private readonly Dictionary<Tensor, Tensor> _sums = [];
    private long _samples;

    /// <summary>Takes the gradients at hand away and counts each as often as the part has samples. A parameter without one counts as zero.</summary>
    internal void Take(int samples)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        foreach (var (_, parameter, _) in optimizer.Parameters)
        {
            if (parameter.Grad is not { } gradient) continue;
            if (_sums.TryGetValue(parameter, out Tensor? sum)) sum.AddInPlace(gradient, samples);
            else _sums[parameter] = (gradient * samples).Own();
        }
        optimizer.ClearGradients();
        _samples += samples;
    }

    /// <summary>Puts the mean in place of the gradients, and starts anew. No part may have had any.</summary>
    internal void GiveMean()
    {
        using GradMode off = GradMode.Off();
        foreach (var (parameter, sum) in _sums)
        {
            sum.MulInPlace(1.0 / _samples);
            parameter.Grad = sum;
        }
        Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor sum in _sums.Values) sum.Dispose();
        _sums.Clear();
        _samples = 0;
    }
}
