using Equipoise.Torch.Native;

namespace Equipoise.Torch.Optimizers;

/// <summary>
/// Stochastic gradient descent: <c>d = g + weightDecay·p; v = momentum·v + d; p −= lr·v</c>, the first v being d (PyTorch's form). All parameters
/// are moved in one pass over their memory.
/// </summary>
/// <param name="parameters">What is moved.</param>
/// <param name="learningRate">Step size.</param>
/// <param name="momentum">From 0 (none) to below 1.</param>
/// <param name="weightDecay">Pull towards zero; 0 for none.</param>
/// <param name="factor">What the step size of a parameter is multiplied by, by its name; null for 1 everywhere.</param>
public sealed class Sgd(
    IEnumerable<(string Name, Tensor Tensor)> parameters, double learningRate, double momentum = 0, double weightDecay = 0, Func<string, double>? factor = null)
    : Optimizer(parameters, learningRate, factor)
{
    /// <inheritdoc />
    protected override unsafe void Move(IReadOnlyList<Moved> moved)
    {
        NativeSgdItem[] items = new NativeSgdItem[moved.Count];
        List<Tensor> rooted = [];
        nint Root(Tensor tensor)
        {
            nint pointer = Rooted.Root(tensor.Handle);
            rooted.Add(tensor);
            return pointer;
        }
        try
        {
            for (int i = 0; i < items.Length; i++)
            {
                string key = $"momentum.{moved[i].Name}";
                bool fresh = !HasState(key);
                nint velocity = momentum == 0 ? 0 : Root(StateOf(key, moved[i].Parameter.EmptyLike));
                items[i] = new NativeSgdItem { Parameter = Root(moved[i].Parameter), Gradient = Root(moved[i].Gradient), Velocity = velocity, Rate = moved[i].Rate, Fresh = fresh ? 1 : 0 };
            }
            fixed (NativeSgdItem* first = items) NativeStatus.Check(NativeMethods.eq_sgd_step(first, items.Length, momentum, weightDecay), "Sgd.Step");
        }
        finally
        {
            foreach (Tensor tensor in rooted) Rooted.Release(tensor.Handle);
        }
    }
}
