using System.CommandLine;
using Equipoise.Benchmarks;
using Equipoise.Torch;

Option<int> rounds = new("--rounds") { Description = "How often each side runs, in turn", DefaultValueFactory = _ => 5, Recursive = true };
Option<string> folder = new("--folder") { Description = "Where made-up data go for the time", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "equipoise-benchmark"), Recursive = true };
Option<int> batch = new("--batch") { Description = "Samples of a batch of two ResNet-18", DefaultValueFactory = _ => 16, Recursive = true };
RootCommand root = new("""
    Measures Equipoise side by side with plain PyTorch programs on this machine, in turn and in one run. Without a command: everything but size
    and growth, in one table.

    Examples:
      ./equipoise benchmark > here.md
      ./equipoise benchmark steps --rounds 9 --only joint
      ./equipoise benchmark growth --charts docs/images
    """) { rounds, folder, batch };
string In(ParseResult parse, string name) => Path.Combine(parse.GetValue(folder)!, name);
Command Part(string name, string description, Action<ParseResult> run, params Option[] options)
{
    Command command = new(name, description);
    foreach (Option option in options) command.Add(option);
    command.SetAction(run);
    root.Add(command);
    return command;
}
Device Named(System.CommandLine.Parsing.ArgumentResult given)
{
    string name = given.Tokens[0].Value;
    if (!Device.TryParse(name, out Device named) || !named.IsUsable) given.AddError($"--device {name}: is not here; libtorch {TorchRuntime.Version} finds {Device.CudaCount} cards");
    return named;
}
void Table(IEnumerable<Row> rows)
{
    Tables.Heading(Console.Out);
    Tables.Rows(Console.Out, rows);
}

Option<string?> medium = new("--only") { Description = "One part: prepare, epoch or waiting" };
medium.AcceptOnlyFromAmong("prepare", "epoch", "waiting");
Option<string?> step = new("--only") { Description = "One case: joint, ogm-ge, mla, mmpareto, evaluate or neighbour" };
step.AcceptOnlyFromAmong("joint", "ogm-ge", "mla", "mmpareto", "evaluate", "neighbour");
Option<Device> device = new("--device") { Description = "Where both sides compute: cpu, cuda, cuda:1", CustomParser = Named, DefaultValueFactory = _ => Device.Cpu };
Option<string?> charts = new("--charts") { Description = "A folder that a chart of each table goes into" };
Part("steps", "Training steps and an evaluation of two ResNet-18 beside the papers' programs in plain PyTorch", parse =>
{
    using DeviceScope there = DeviceScope.Begin(parse.GetValue(device));
    Table(StepBenchmark.Rows(parse.GetValue(rounds), parse.GetValue(batch), parse.GetValue(step)));
}, step, device);
Part("memory", "The most memory that training holds", parse => Table(MemoryBenchmark.Rows(parse.GetValue(batch))));
Part("profile", "The convolutions of a step by oneDNN's own log, beside the processor's peak", parse => Table(ConvolutionProfile.Rows(parse.GetValue(batch))));
Part("media", "Preparing against ffmpeg alone; an epoch of the loader against decoding the media again; how long training waits for data", parse => Table(MediaBenchmark.Rows(In(parse, "media"), parse.GetValue(rounds), parse.GetValue(medium))), medium);
Part("operators", "Calls of small operators beside C++, and the readers of files, by BenchmarkDotNet", _ => Table(OperatorBenchmark.Rows()));
Part("start", "How long it takes until something happens", parse => Table(StartBenchmark.Rows(In(parse, "start"), parse.GetValue(rounds))));
Part("size", "Time and memory with a million rows, and with a pack of 20 GB in a control group of 2 GB where this machine lets one be made", parse => SizeBenchmark.Run(Console.Out, In(parse, "size")));
Part("growth", "Time and memory against batch, modalities, classes, workers and jobs", parse => GrowthBenchmark.Run(Console.Out, In(parse, "growth"), parse.GetValue(charts), parse.GetValue(rounds)), charts);
root.SetAction(parse => Table(
[
    .. StepBenchmark.Rows(parse.GetValue(rounds), parse.GetValue(batch)), .. MemoryBenchmark.Rows(parse.GetValue(batch)), .. MediaBenchmark.Rows(In(parse, "media"), parse.GetValue(rounds)),
    .. ConvolutionProfile.Rows(parse.GetValue(batch)), .. OperatorBenchmark.Rows(), .. StartBenchmark.Rows(In(parse, "start"), parse.GetValue(rounds)),
]));

// Processes that the measurements start for themselves.
Argument<string> what = new("what");
Argument<int> size = new("size");
Option<bool> half = new("--bfloat16");
root.Add(new Command("hold") { what, half });
root.Subcommands[^1].Hidden = true;
root.Subcommands[^1].SetAction(parse => MemoryBenchmark.Hold(Console.Out, parse.GetValue(what)!, parse.GetValue(batch), parse.GetValue(half)));
root.Add(new Command("grow") { what, size });
root.Subcommands[^1].Hidden = true;
root.Subcommands[^1].SetAction(parse => GrowthBenchmark.Hold(Console.Out, parse.GetValue(what)!, parse.GetValue(size), parse.GetValue(rounds)));
return root.Parse(args).Invoke();
