using Equipoise.Torch;

namespace Equipoise.Methods;

/// <summary>
/// MLA's head-gradient modification (eq. 5 to 7), as recursive least squares: P projects the shared head's gradient away
/// from the mean features of the steps before, so that one modality's step does not undo another's.
/// </summary>
public sealed class HeadProjection : IDisposable
{
    /// <summary>P starts as the identity <c>[width, width]</c>.</summary>
    public HeadProjection(long width) => Matrix = Tensor.Eye(width).Own();

    /// <summary>P, symmetric, eigenvalues in (0, 1].</summary>
    public Tensor Matrix { get; }

    /// <summary><c>G·P</c> for a head gradient <c>[classes, width]</c>.</summary>
    public Tensor Project(Tensor gradient) => gradient.MatMul(Matrix);

    /// <summary>Folds a mean feature r <c>[width]</c> in: <c>P ← P − (P r)(P r)ᵀ / (ridge + rᵀ P r)</c>.</summary>
    public void Fold(Tensor r, double ridge)
    {
        Tensor direction = Matrix.MatMul(r);
        double denominator = ridge + r.Dot(direction).ToDouble();
        Matrix.AddInPlace(direction.Unsqueeze(1).MatMul(direction.Unsqueeze(0)), -1 / denominator);
    }

    /// <inheritdoc />
    public void Dispose() => Matrix.Dispose();
}
