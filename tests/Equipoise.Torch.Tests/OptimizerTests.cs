using System.Globalization;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Torch.Tests;

/// <summary>Optimisers walk the path of PyTorch's, and go on from saved state; schedules have their shapes.</summary>
public sealed class OptimizerTests
{
    [Theory]
    [InlineData("torch.optim.SGD([p], lr=0.1, momentum=0.9, weight_decay=0.01)", "sgd")]
    [InlineData("torch.optim.SGD([p], lr=0.1)", "plain")]
    [InlineData("torch.optim.Adam([p], lr=0.1, weight_decay=0.01)", "adam")]
    [InlineData("torch.optim.AdamW([p], lr=0.1, weight_decay=0.01)", "adamw")]
    public void ThePathIsThatOfPyTorch(string python, string kind)
    {
        string expected = PythonOracle.Run($"""
            import torch
            p = torch.tensor([1.0, -2.0, 0.5], requires_grad=True); o = {python}
            for i in range(6):
                o.zero_grad(); (p * p * torch.tensor([1.0, 2.0, 3.0])).sum().backward(); o.step()
            print(*p.tolist())
            """);
        using TensorScope scope = TensorScope.Begin();
        Tensor parameter = Tensor.From<float>([1, -2, 0.5f], 3), scale = Tensor.From<float>([1, 2, 3], 3);
        parameter.RequiresGrad = true;
        (string, Tensor)[] parameters = [("p", parameter)];
        Optimizer optimizer = Make(kind, parameters);
        for (int step = 0; step < 6; step++)
        {
            if (step == 3) optimizer = Continue(optimizer, kind, parameters);
            Autograd.Backward((parameter * parameter * scale).Sum());
            optimizer.Step();
            optimizer.ClearGradients();
        }
        optimizer.Dispose();
        double[] wanted = [.. expected.Split().Where(text => text.Length > 0).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(wanted, parameter.ToArray<float>().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 2e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AdamMovesManyElementsOfAnyLayoutAsItMovesOne(bool channelsLast)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(1);
        Tensor many = Tensor.Zeros(40, 30, 5, 7), one = Tensor.Zeros(1);
        many.NormalInPlace(0, 1, generator);
        if (channelsLast) many = many.ChannelsLast();
        int place = 12_345;
        one.AddInPlace(many.Contiguous().Reshape(-1).Narrow(0, place, 1));
        many.RequiresGrad = one.RequiresGrad = true;
        using Adam all = new([("p", many)], 0.1, 0.01), single = new([("p", one)], 0.1, 0.01);
        for (int step = 0; step < 3; step++)
            foreach (var (tensor, optimizer) in ((Tensor, Adam)[])[(many, all), (one, single)])
            {
                Autograd.Backward((tensor * tensor).Sum());
                optimizer.Step();
                optimizer.ClearGradients();
            }
        Assert.Equal(one.ToArray<float>()[0], many.Detach().Contiguous().ToArray<float>()[place], 1e-6f);
    }

    /// <summary>One pass over memory rounds where PyTorch's operators do: every bit is the same, whatever the layout.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.9, 0)]
    [InlineData(0.9, 0.01)]
    [InlineData(0, 0.3)]
    public void StepsOfSgdHavePyTorchsBits(double momentum, double decay)
    {
        const int count = 3 * 5 * 7 * 11;
        string expected = PythonOracle.Run(string.Create(CultureInfo.InvariantCulture, $$"""
            import torch
            i = torch.arange({{count}})
            p = ((i * 37 % 101).float() / 64 - 0.7).view(3, 5, 7, 11).requires_grad_()
            optimizer = torch.optim.SGD([p], lr=0.013, momentum={{momentum}}, weight_decay={{decay}})
            for step in range(4):
                p.grad = ((i * (53 + step) % 97).float() / 77 - 0.6).view(3, 5, 7, 11)
                optimizer.step()
            print(*p.flatten().tolist())
            """));
        float[] wanted = [.. expected.Split().Where(text => text.Length > 0).Select(text => (float)double.Parse(text, CultureInfo.InvariantCulture))];
        foreach (bool channelsLast in (bool[])[false, true])
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor Laid(Func<int, float> value)
            {
                Tensor plain = Tensor.From<float>([.. Enumerable.Range(0, count).Select(value)], 3, 5, 7, 11);
                return channelsLast ? plain.ChannelsLast() : plain;
            }
            Tensor parameter = Laid(i => i * 37 % 101 / 64f - 0.7f);
            using Sgd sgd = new([("p", parameter)], 0.013, momentum, decay);
            for (int step = 0; step < 4; step++)
            {
                parameter.Grad = step == 2 ? Laid(i => i * (53 + step) % 97 / 77f - 0.6f).Contiguous() : Laid(i => i * (53 + step) % 97 / 77f - 0.6f);
                sgd.Step();
            }
            Assert.Equal(wanted, parameter.Contiguous().ToArray<float>());
        }
    }

    [Fact]
    public void OneScalarStepIsTheAcceptanceFactOfOgm()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor parameter = Tensor.From([2.0], 1);
        parameter.RequiresGrad = true;
        using Sgd sgd = new([("p", parameter)], 1e-3, 0.9, 1e-4);
        double[] path = new double[2];
        for (int step = 0; step < 2; step++)
        {
            parameter.Grad = Tensor.From([0.5 * 0.0359724199], 1);
            sgd.Step();
            path[step] = parameter.ToDouble();
        }
        Assert.Equal(1.9999818137900, path[0], 12);
        Assert.Equal(1.9999472599929, path[1], 12);
    }

    [Fact]
    public void ParametersWithoutAGradientStay()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor still = Tensor.Ones(2);
        using Sgd sgd = new([("still", still)], 1, 0.9, 0.1);
        sgd.Step();
        Assert.Equal([1f, 1], still.ToArray<float>());
        Assert.Empty(sgd.State);
    }

    [Fact]
    public void SchedulesRiseAndFall()
    {
        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Enumerable.Range(0, 5).Select(epoch => new Schedule(ScheduleKind.Step, 2, 0.5).At(epoch, 5)));
        Assert.Equal([1, 0.5], [new Schedule(ScheduleKind.Cosine).At(0, 10), Math.Round(new Schedule(ScheduleKind.Cosine).At(5, 10), 12)]);
        Assert.Equal([1.0 / 3, 2.0 / 3, 1], Enumerable.Range(0, 3).Select(epoch => new Schedule(ScheduleKind.Constant, Warmup: 2).At(epoch, 9)));
    }

    [Fact]
    public void LayersNameTheirParametersAsPyTorchDoes()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(0);
        using LayerNorm norm = new(4);
        using Embedding embedding = new(5, 3, generator);
        using Dropout dropout = new(0.5, new DrawStream());
        Assert.Equal(["weight", "bias"], norm.NamedParameters().Select(pair => pair.Name));
        Assert.Equal([2, 3], embedding.Forward(Tensor.From<long>([4, 0], 2)).Shape);
        Assert.Equal(0, norm.Forward(Tensor.From<float>([1, 2, 3, 4], 4)).Sum().ToDouble(), 5);
        float[] dropped = dropout.Forward(Tensor.Ones(1000)).ToArray<float>();
        Assert.Equal([0f, 2], dropped.Distinct().Order());
        Assert.InRange(dropped.Count(value => value == 0), 400, 600);
        dropout.Train(false);
        Assert.All(dropout.Forward(Tensor.Ones(10)).ToArray<float>(), value => Assert.Equal(1, value));
    }

    private static Optimizer Make(string kind, (string, Tensor)[] parameters) => kind switch
    {
        "sgd" => new Sgd(parameters, 0.1, 0.9, 0.01),
        "plain" => new Sgd(parameters, 0.1),
        "adam" => new Adam(parameters, 0.1, 0.01),
        _ => new Adam(parameters, 0.1, 0.01, decoupled: true),
    };

    /// <summary>A new optimiser that takes the state of the old one over.</summary>
    private static Optimizer Continue(Optimizer old, string kind, (string, Tensor)[] parameters)
    {
        Optimizer fresh = Make(kind, parameters);
        fresh.LoadState(old.State);
        old.Dispose();
        return fresh;
    }
}
