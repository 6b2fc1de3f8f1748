namespace Equipoise.Torch.Nn;

/// <summary>A learnt vector for each of a number of symbols.</summary>
public sealed class Embedding : Module
{
    private readonly Tensor _weight;

    /// <summary>Standard-normal initial vectors.</summary>
    public Embedding(long symbols, long width, Generator generator)
    {
        Tensor table = Tensor.Zeros(symbols, width);
        table.NormalInPlace(0, 1, generator);
        _weight = Parameter("weight", table);
    }

    /// <summary>Maps ids <c>[…]</c> (int64) to vectors <c>[…, width]</c>.</summary>
    public Tensor Forward(Tensor ids) => Ops.Embedding(_weight, ids);
}
