using System.Globalization;
using System.Text;

namespace Equipoise.Torch.Tests;

/// <summary>Every operator in use gives what Debian's PyTorch gives on the same numbers, gradients included.</summary>
public sealed class OperatorOracleTests
{
    /// <summary>A [3, 4], B [3, 4] positive, W [4, 4], y labels, X [2, 3, 6, 6], K [5, 3, 3, 3], k bias [5], G scale and S shift [3].</summary>
    private static readonly (string Python, Func<Inputs, Tensor> Ours)[] Cases =
    [
        ("A + B", x => x.A + x.B),
        ("A - B", x => x.A - x.B),
        ("A * B", x => x.A * x.B),
        ("A / B", x => x.A / x.B),
        ("-A + 0.5 - 2.0", x => -x.A + 0.5 - 2.0),
        ("3 * A / 7", x => 3 * x.A / 7),
        ("A @ W", x => x.A.MatMul(x.W)),
        ("A[0].dot(B[1])", x => Row(x.A, 0).Dot(Row(x.B, 1))),
        ("A.sum(1, keepdim=True) + A.sum()", x => x.A.Sum(1, keep: true) + x.A.Sum()),
        ("A.mean([0]) * A.mean()", x => x.A.Mean([0]) * x.A.Mean()),
        ("A.std() + A.norm()", x => x.A.Std() + x.A.Norm()),
        ("A.reshape(2, -1).permute(1, 0).transpose(0, 1).contiguous()", x => x.A.Reshape(2, -1).Permute(1, 0).Transpose(0, 1).Contiguous()),
        ("A.narrow(1, 1, 2).unsqueeze(0).squeeze(0)", x => x.A.Narrow(1, 1, 2).Unsqueeze(0).Squeeze(0)),
        ("A.index_select(0, y)", x => x.A.IndexSelect(0, x.Y)),
        ("A.index_copy(0, y, B)", x => x.A.IndexCopy(0, x.Y, x.B)),
        ("A.gather(1, y.unsqueeze(1))", x => x.A.Gather(1, x.Y.Unsqueeze(1))),
        ("A.softmax(1)", x => x.A.Softmax(1)),
        ("A.log_softmax(1)", x => x.A.LogSoftmax(1)),
        ("A.logsumexp(1)", x => x.A.LogSumExp(1)),
        ("A.argmax(1).float() + 0 * A.sum()", x => x.A.ArgMax(1).To(DType.Float32) + 0 * x.A.Sum()),
        ("A.relu() + A.sigmoid() * A.tanh()", x => x.A.Relu() + x.A.Sigmoid() * x.A.Tanh()),
        ("A.exp() + B.log() - B.sqrt()", x => x.A.Exp() + x.B.Log() - x.B.Sqrt()),
        ("A.abs() * A.sign() + B.pow(1.5)", x => x.A.Abs() * x.A.Sign() + x.B.Pow(1.5)),
        ("A.clamp_min(0.1).roll(-1, 0)", x => x.A.ClampMin(0.1).Roll(-1, 0)),
        ("A.detach() * A.clone()", x => x.A.Detach() * x.A.Clone()),
        ("torch.cat([A, B], 1) * 1.5", x => Ops.Cat([x.A, x.B], 1) * 1.5),
        ("torch.stack([A, B], 1).sum(1)", x => Ops.Stack([x.A, x.B], 1).Sum(1)),
        ("torch.where(A.detach() > 0, A, B)", x => Ops.Where(Operator.Get("aten::gt", "Scalar").Call(x.A.Detach(), 0.0), x.A, x.B)),
        ("A @ torch.eye(4) + torch.full([3, 4], 2.0) + torch.arange(4)", x => x.A.MatMul(Tensor.Eye(4)) + Ops.Full([3, 4], 2, DType.Float32) + Ops.Arange(4)),
        ("F.linear(A, W, A[0])", x => Ops.Linear(x.A, x.W, Row(x.A, 0))),
        ("F.conv2d(X, K, k, 2, 1)", x => Ops.Conv2d(x.X, x.K, x.Bias, 2, 1)),
        ("F.conv2d(X, K, None, 1, 0)", x => Ops.Conv2d(x.X, x.K, null, 1, 0)),
        ("F.max_pool2d(X, 3, 2, 1)", x => Ops.MaxPool2d(x.X, 3, 2, 1)),
        ("F.batch_norm(X, S.detach() * 0, S.detach() * 0 + 1, G, S, True, 0.1, 1e-5)", x => Ops.BatchNorm(x.X, x.G, x.S, (x.S * 0).Detach(), (x.S * 0 + 1).Detach(), true, 0.1, 1e-5)),
        ("F.batch_norm(X, S.detach() * 0 + 0.2, S.detach() * 0 + 2, G, S, False, 0.1, 1e-5)", x => Ops.BatchNorm(x.X, x.G, x.S, (x.S * 0 + 0.2).Detach(), (x.S * 0 + 2).Detach(), false, 0.1, 1e-5)),
        ("F.layer_norm(A, [4], W[0], W[1], 1e-5)", x => Ops.LayerNorm(x.A, [4], Row(x.W, 0), Row(x.W, 1), 1e-5)),
        ("F.embedding(y, A)", x => Ops.Embedding(x.A, x.Y)),
        ("F.cross_entropy(A, y)", x => Ops.CrossEntropy(x.A, x.Y)),
        ("F.cross_entropy(A, y, B[0].detach(), label_smoothing=0.1)", x => Ops.CrossEntropy(x.A, x.Y, Row(x.B, 0).Detach(), 0.1)),
        ("F.cross_entropy(A, y, reduction='none')", x => Ops.CrossEntropy(x.A, x.Y, reduce: false)),
        ("torch.stft(X.detach()[0, 0, 0], 4, 2, 4, torch.hann_window(4), center=False, return_complex=True).abs() + 0 * A.sum()",
            x => Ops.Stft(x.X.Detach().Reshape(-1).Narrow(0, 0, 6), 4, 2, 4, Operator.Get("aten::hann_window").Call(4)).Abs() + 0 * x.A.Sum()),
    ];

    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorch()
    {
        double[][] expected = AskPython();
        using TensorScope scope = TensorScope.Begin();
        for (int i = 0; i < Cases.Length; i++)
        {
            Inputs inputs = new();
            Tensor value = Cases[i].Ours(inputs);
            Autograd.Backward((value * value).Sum());
            IEnumerable<double> ours = inputs.Differentiable.Select(tensor => tensor.Grad).Aggregate(
                Numbers(value), (all, gradient) => gradient is null ? all : [.. all, .. Numbers(gradient)]);
            double[] found = [.. ours];
            Assert.True(found.Length == expected[i].Length, $"{Cases[i].Python}: {found.Length} numbers, expected {expected[i].Length}");
            for (int n = 0; n < found.Length; n++)
                Assert.True(Math.Abs(found[n] - expected[i][n]) <= 2e-5 * Math.Max(1, Math.Abs(expected[i][n])), $"{Cases[i].Python} [{n}]: {found[n]} where PyTorch has {expected[i][n]}");
        }
    }

    private static Tensor Row(Tensor matrix, long row) => matrix.Narrow(0, row, 1).Squeeze(0);

    private static double[] Numbers(Tensor tensor) => tensor.Detach().To(DType.Float64).Contiguous().ToArray<double>();

    private static double[][] AskPython()
    {
        StringBuilder script = new("""
            import torch, math, torch.nn.functional as F
            def make(shape, k, shift=0.0):
                n = math.prod(shape)
                return torch.tensor([math.sin(0.7 * i + 1.3 * k) + shift for i in range(n)], dtype=torch.float64).float().reshape(shape).requires_grad_()
            def run(f):
                A, B, W, X, K, k, G, S = make([3,4],0), make([3,4],1,1.5), make([4,4],2), make([2,3,6,6],3), make([5,3,3,3],4), make([5],5), make([3],6,1.0), make([3],7)
                v = f(A, B, W, X, K, k, G, S); (v * v).sum().backward()
                print(*v.detach().reshape(-1).tolist(), *[g for t in (A,B,W,X,K,k,G,S) if t.grad is not None for g in t.grad.reshape(-1).tolist()])
            y = torch.tensor([2, 0, 1])

            """);
        foreach (var (python, _) in Cases) script.Append(CultureInfo.InvariantCulture, $"run(lambda A, B, W, X, K, k, G, S: {python})\n");
        return [.. PythonOracle.Run(script.ToString()).TrimEnd().Split('\n').Select(line => line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
    }

    private sealed class Inputs
    {
        internal Tensor A { get; } = Make(0, 0, 3, 4);

        internal Tensor B { get; } = Make(1, 1.5, 3, 4);

        internal Tensor W { get; } = Make(2, 0, 4, 4);

        internal Tensor X { get; } = Make(3, 0, 2, 3, 6, 6);

        internal Tensor K { get; } = Make(4, 0, 5, 3, 3, 3);

        internal Tensor Bias { get; } = Make(5, 0, 5);

        internal Tensor G { get; } = Make(6, 1, 3);

        internal Tensor S { get; } = Make(7, 0, 3);

        internal Tensor Y { get; } = Tensor.From<long>([2, 0, 1], 3);

        internal Tensor[] Differentiable => [A, B, W, X, K, Bias, G, S];

        private static Tensor Make(int k, double shift, params long[] shape)
        {
            long count = shape.Aggregate(1L, (product, size) => product * size);
            Tensor tensor = Tensor.From(Enumerable.Range(0, (int)count).Select(i => (float)(Math.Sin(0.7 * i + 1.3 * k) + shift)).ToArray(), shape);
            tensor.RequiresGrad = true;
            return tensor;
        }
    }
}
