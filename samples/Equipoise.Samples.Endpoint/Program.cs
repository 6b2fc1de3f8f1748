using Equipoise.Samples.Endpoint;
using Equipoise.Torch;
using Equipoise.Training;

// dotnet run --project samples/Equipoise.Samples.Endpoint -- RUN [URL]
using TrainedRun run = TrainedRun.Open(args[0]);
TorchRuntime.Threads = 1; // requests run side by side, each on a thread of its own
PredictionEndpoint.Create(run, args.ElementAtOrDefault(1) ?? "http://127.0.0.1:5080").Run();
