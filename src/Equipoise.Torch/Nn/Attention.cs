namespace Equipoise.Torch.Nn;

/// <summary>Scaled dot-product attention with several heads (Vaswani et al. 2017, section 3.2).</summary>
public static class Attention
{
    /// <summary>What a masked key's logit becomes: softmax makes 0 of it, and where all keys are masked they weigh alike.</summary>
    private const double Masked = -1e7;

    /// <summary><c>softmax(Q Kᵀ/√d) V</c> in every head; heads side by side in the last dimension.</summary>
    /// <param name="queries"><c>[batch, positions, width]</c>.</param>
    /// <param name="keys">Alike.</param>
    /// <param name="values">Alike.</param>
    /// <param name="heads">How many heads; they divide the width.</param>
    /// <param name="mask"><c>[batch, positions]</c>, bool, true where a position may be attended to; null where all may.</param>
    /// <param name="dropout">Drops weights; null for none.</param>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, long heads, Tensor? mask, Dropout? dropout = null)
    {
        long[] shape = queries.Shape;
        long width = shape[2] / heads;
        Tensor logits = Split(queries, heads).MatMul(Split(keys, heads).Transpose(2, 3)) * (1 / Math.Sqrt(width));
        if (mask is not null) logits = Ops.MaskedFill(logits, Ops.Not(mask).Unsqueeze(1).Unsqueeze(1), Masked);
        Tensor weights = logits.Softmax(3);
        if (dropout is not null) weights = dropout.Forward(weights);
        return weights.MatMul(Split(values, heads)).Transpose(1, 2).Reshape(shape);
    }

    private static Tensor Split(Tensor input, long heads)
    {
        long[] shape = input.Shape;
        return input.Reshape(shape[0], shape[1], heads, shape[2] / heads).Transpose(1, 2);
    }
}
