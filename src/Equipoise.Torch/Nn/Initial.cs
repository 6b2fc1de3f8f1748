namespace Equipoise.Torch.Nn;

/// <summary>Initial values of weights, drawn from an explicit generator.</summary>
public static class Initial
{
    /// <summary>Uniform on ±1/√fanIn: PyTorch's default for linear layers and convolutions, weights and biases alike.</summary>
    /// <param name="fanIn">Inputs of one output.</param>
    /// <param name="generator">The source of randomness.</param>
    /// <param name="shape">The sizes.</param>
    public static Tensor Uniform(long fanIn, Generator generator, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        double bound = 1 / Math.Sqrt(fanIn);
        tensor.UniformInPlace(-bound, bound, generator);
        return tensor;
    }

    /// <summary>Normal with variance 2/fanOut (He et al. 2015), for convolutions before a ReLU.</summary>
    public static Tensor KaimingNormal(long fanOut, Generator generator, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        tensor.NormalInPlace(0, Math.Sqrt(2.0 / fanOut), generator);
        return tensor;
    }

    /// <summary>Uniform on ±√(6/(fanIn + fanOut)) (Glorot and Bengio 2010): what transformers of vision start from.</summary>
    public static Tensor Xavier(long fanIn, long fanOut, Generator generator, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        double bound = Math.Sqrt(6.0 / (fanIn + fanOut));
        tensor.UniformInPlace(-bound, bound, generator);
        return tensor;
    }

    /// <summary>Normal random numbers.</summary>
    public static Tensor Normal(double std, Generator generator, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        tensor.NormalInPlace(0, std, generator);
        return tensor;
    }
}
