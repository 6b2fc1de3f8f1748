using System.CommandLine;
using Equipoise.Benchmarks;

Option<int> rounds = new("--rounds") { Description = "How often each side runs, in turn", DefaultValueFactory = _ => 5 };
RootCommand root = new("""
    Measures Equipoise side by side with plain PyTorch programs on this machine, in turn and in one run.

    Examples:
      ./equipoise benchmark media
    """);
Command media = new("media", "Preparing against ffmpeg alone; an epoch of the loader against decoding the media again; how long training waits for data") { rounds };
media.SetAction(parse => MediaBenchmark.Run(Console.Out, parse.GetValue(rounds)));
root.Add(media);
return root.Parse(args).Invoke();
