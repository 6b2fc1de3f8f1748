using Equipoise.Data;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>A learnt vector for each token of a vocabulary; a number beyond it is told in words.</summary>
internal sealed class TokenEmbedding : Module
{
    private readonly Tensor _weight;

    internal TokenEmbedding(long vocabulary, long width, double std, Generator initial) =>
        _weight = Parameter("weight", Initial.Normal(std, initial, vocabulary, width));

    internal Tensor Forward(Tensor ids)
    {
        try
        {
            return Ops.Embedding(_weight, ids);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new ProblemException($"text: a sample holds a token number outside the encoder's vocabulary of {_weight.Shape[0]}; set encoder.vocabulary to the size of the list the texts were made with");
        }
    }
}
