namespace Equipoise.Torch.Nn;

/// <summary>A convolution and the batch normalisation after it, which belong to a module under names of their own; computed together where that is faster.</summary>
public sealed class ConvNorm
{
    private readonly Conv2d _convolution;
    private readonly BatchNorm2d _norm;

    /// <summary>Joins the two.</summary>
    /// <param name="convolution">Without a bias.</param>
    /// <param name="norm">Of as many channels as the convolution gives.</param>
    public ConvNorm(Conv2d convolution, BatchNorm2d norm)
    {
        _convolution = convolution;
        _norm = norm;
    }

    /// <summary>The normalised convolution, the residual added and rectified where asked.</summary>
    /// <param name="input">Pictures or maps; in blocks of channels (<see cref="ChannelBlocks"/>) where <paramref name="blocks"/> says so, the pictures of the first layer excepted.</param>
    /// <param name="blocks">Whether the result stands in blocks of channels.</param>
    /// <param name="relu">Whether the result is rectified; a sum always is.</param>
    /// <param name="residual">What is added before; its memory may become the result's where nothing is recorded.</param>
    public Tensor Forward(Tensor input, bool blocks, bool relu, Tensor? residual = null)
    {
        if (blocks) return InBlocks(input, relu, residual);
        Tensor x = _norm.Forward(_convolution.Forward(input));
        if (residual is not null) x += residual;
        return relu || residual is not null ? x.Relu() : x;
    }

    private Tensor InBlocks(Tensor input, bool relu, Tensor? residual)
    {
        if (!_norm.Training) return ByRunningStatistics(input, relu, residual);
        Tensor maps = ChannelBlocks.Conv2d(input, _convolution.Weight, _convolution.Stride, _convolution.Padding);
        if (!_norm.IsByBatch(maps)) return ByRunningStatistics(input, relu, residual);
        Tensor normalised = _norm.InBlocks(maps, relu && residual is null);
        return residual is null ? normalised : ChannelBlocks.AddRelu(normalised, residual);
    }

    /// <summary>What the normalisation does to each channel goes into the kernel and a bias.</summary>
    private Tensor ByRunningStatistics(Tensor input, bool relu, Tensor? residual)
    {
        (Tensor scale, Tensor shift) = _norm.Affine();
        Tensor kernel = _convolution.Weight * scale.Reshape(-1, 1, 1, 1);
        if (!GradMode.IsOn)
        {
            Tensor result = ChannelBlocks.Conv2dOnto(input, kernel, shift, residual, _convolution.Stride, _convolution.Padding);
            if (relu || residual is not null) result.ReluInPlace();
            return result;
        }
        Tensor maps = ChannelBlocks.Conv2d(input, kernel, _convolution.Stride, _convolution.Padding) + ChannelBlocks.Spread(shift);
        if (residual is not null) return ChannelBlocks.AddRelu(maps, residual);
        return relu ? maps.Relu() : maps;
    }
}
