namespace Equipoise.Formats.Tests;

/// <summary>Weights go from Python to here and back without losing a bit, in both formats of PyTorch.</summary>
public sealed class TorchRoundTripTests
{
    private const string Make = """
        import collections, sys, torch
        torch.manual_seed(0)
        w = torch.randn(5, 7)
        d = collections.OrderedDict(plain=w, turned=w.t(), part=w[1:4, 2:6:2], row=w[2], scalar=torch.tensor(2.5), empty=torch.zeros(0, 3), one=torch.randn(1, 4, 1))
        d.update(long=torch.arange(6), flag=torch.tensor([True, False]), byte=torch.arange(4, dtype=torch.uint8), small=torch.arange(-3, 3, dtype=torch.int8))
        d.update(short=torch.arange(4, dtype=torch.int16), int=torch.arange(4, dtype=torch.int32), double=torch.randn(3).double(), half=torch.randn(3).half(), brain=torch.randn(9).bfloat16())
        d['parameter'] = torch.nn.Parameter(torch.randn(2, 2)); d['größe'] = torch.ones(2); d['channels'] = torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
        d['strange'] = torch.tensor([float('nan'), float('inf'), -0.0, 1e-45])
        """;

    [Theory]
    [InlineData("True")]
    [InlineData("False")]
    public void PythonHerePython(string zip)
    {
        using TempFolder folder = new();
        PythonOracle.Run($"{Make}\ntorch.save(d, sys.argv[1], _use_new_zipfile_serialization={zip})", folder["a.pth"]);
        using (ITensorFile file = TensorFile.Open(folder["a.pth"]))
        {
            Assert.IsType<TorchReader>(file);
            Assert.Equal([7, 5], file.Header("turned").Shape);
            KeyValuePair<string, NdArray>[] all = [.. file.Names.Select(name => KeyValuePair.Create(name, file.Read(name)))];
            TorchWriter.Write(folder["b.pth"], all);
            SafetensorsWriter.Write(folder["c.safetensors"], all);
            using ITensorFile safe = TensorFile.Open(folder["c.safetensors"]);
            Assert.All(all, pair => Assert.Equal(pair.Value.Data, safe.Read(pair.Key).Data));
        }
        string seen = PythonOracle.Run($$"""
            {{Make}}
            e = torch.load(sys.argv[1])
            assert type(e) is collections.OrderedDict and list(e) == list(d), list(e)
            for k in d: assert e[k].dtype == d[k].dtype and e[k].shape == d[k].shape and bytes(e[k].contiguous().view(-1).view(torch.uint8).numpy() if k not in ('scalar','flag') else e[k].numpy()) == bytes(d[k].detach().contiguous().view(-1).view(torch.uint8).numpy() if k not in ('scalar','flag') else d[k].numpy()), k
            print(len(e))
            """, folder["b.pth"]);
        Assert.Equal("20", seen.Trim());
    }

    [Theory]
    [InlineData("m.state_dict()")]
    [InlineData("{'model': m.state_dict(), 'optimizer': o.state_dict(), 'epoch': 3, 'args': argparse.Namespace(lr=0.1, names=['a']), 'best': numpy.float64(0.5)}")]
    [InlineData("{'saved_epoch': 1, 'model': m.state_dict(), 'optimizer': o.state_dict(), 'scheduler': torch.optim.lr_scheduler.StepLR(o, 1).state_dict()}")]
    [InlineData("{'state_dict': dict(m.state_dict()), 'seen': {1, 2}, 'size': torch.Size([2]), 'device': torch.device('cpu'), 'where': pathlib.Path('x'), 'type': torch.float32}")]
    [InlineData("{'weights_of_mine': m.state_dict(), 'losses': [0.5, 0.25]}")]
    public void TheStateDictOfACheckpointIsFound(string saved)
    {
        using TempFolder folder = new();
        PythonOracle.Run($$"""
            import argparse, pathlib, sys, torch, numpy
            m = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)); o = torch.optim.Adam(m.parameters())
            m(torch.ones(4, 2)).sum().backward(); o.step()
            torch.save({{saved}}, sys.argv[1])
            torch.save({{saved}}, sys.argv[2], _use_new_zipfile_serialization=False)
            """, folder["new.pth"], folder["old.pth"]);
        foreach (string name in (string[])["new.pth", "old.pth"])
        {
            using TorchReader file = TorchReader.Open(folder[name]);
            Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"], file.Names);
            Assert.Equal([1L], file.Read("1.num_batches_tracked").As<long>().ToArray());
        }
    }

    [Theory]
    [InlineData("torch.nn.Linear(2, 2)", "torch.nn.modules.linear.Linear")]
    [InlineData("{'model': {'w': torch.ones(2)}, 'x': collections.Counter('ab')}", "collections.Counter")]
    [InlineData("torch.ones(2)", "no dictionary")]
    [InlineData("{'a': 1}", "holds no tensors, but a")]
    [InlineData("{'a': {'w': torch.ones(2)}, 'b': {'w': torch.ones(2)}}", "several dictionaries")]
    [InlineData("{'w': torch.ones(2) * 1j}", "torch.ComplexFloatStorage")]
    [InlineData("{'w': torch.eye(3).to_sparse()}", "torch._utils._rebuild_sparse_tensor")]
    [InlineData("{'w': torch.ones(1).expand(1000)}", "has 1000 elements in a storage of 1")]
    public void WhatIsNoStateDictIsRefusedByName(string saved, string name)
    {
        using TempFolder folder = new();
        PythonOracle.Run($"import sys, torch, collections\ntorch.save({saved}, sys.argv[1])", folder["a.pth"]);
        Assert.Contains(name, Assert.Throws<InvalidFileException>(() => TorchReader.Open(folder["a.pth"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATorchScriptProgramIsNoStateDict()
    {
        using TempFolder folder = new();
        PythonOracle.Run("import sys, torch\ntorch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2)).save(sys.argv[1])", folder["a.pt"]);
        Assert.Contains("TorchScript", Assert.Throws<InvalidFileException>(() => TensorFile.Open(folder["a.pt"])).Message, StringComparison.Ordinal);
    }
}
