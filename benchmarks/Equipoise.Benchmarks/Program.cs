using System.CommandLine;
using Equipoise.Benchmarks;

Option<int> rounds = new("--rounds") { Description = "How often each side runs, in turn", DefaultValueFactory = _ => 5 };
Option<string> folder = new("--folder") { Description = "Where made-up data go for the time", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "equipoise-benchmark") };
Option<string?> only = new("--only") { Description = "One part: prepare, epoch or waiting" };
only.AcceptOnlyFromAmong("prepare", "epoch", "waiting");
RootCommand root = new("""
    Measures Equipoise side by side with plain PyTorch programs on this machine, in turn and in one run.

    Examples:
      ./equipoise benchmark media
      ./equipoise benchmark steps --rounds 9
      ./equipoise benchmark size
    """);
Command media = new("media", "Preparing against ffmpeg alone; an epoch of the loader against decoding the media again; how long training waits for data") { rounds, folder, only };
media.SetAction(parse => MediaBenchmark.Run(Console.Out, Path.Combine(parse.GetValue(folder)!, "media"), parse.GetValue(rounds), parse.GetValue(only)));
Option<int> batch = new("--batch") { Description = "Samples of a batch", DefaultValueFactory = _ => 16 };
Option<string?> step = new("--only") { Description = "One case: joint, ogm-ge, mla, mmpareto or evaluate" };
step.AcceptOnlyFromAmong("joint", "ogm-ge", "mla", "mmpareto", "evaluate");
Command steps = new("steps", "Training steps and an evaluation of two ResNet-18 beside the papers' programs in plain PyTorch") { rounds, batch, step };
steps.SetAction(parse => StepBenchmark.Run(Console.Out, parse.GetValue(rounds), parse.GetValue(batch), parse.GetValue(step)));
Command size = new("size", "Time and memory with a million rows, and with a pack of 20 GB in a control group of 2 GB where this machine lets one be made") { folder };
size.SetAction(parse => SizeBenchmark.Run(Console.Out, Path.Combine(parse.GetValue(folder)!, "size")));
root.Add(media);
root.Add(steps);
root.Add(size);
return root.Parse(args).Invoke();
