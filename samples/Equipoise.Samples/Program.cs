using Equipoise.Samples;
using Equipoise.Training;

// dotnet run --project samples/Equipoise.Samples -- own-loop | own-method | own-fusion | arrays, the last three with a folder for the run
string sample = args.ElementAtOrDefault(0) ?? "own-loop", folder = args.ElementAtOrDefault(1) ?? Path.Combine("runs", sample);
if (sample == "own-loop")
{
    Console.WriteLine($"loss by epoch: {string.Join(", ", OwnLoop.Train(epochs: 5, seed: 0).Select(loss => $"{loss:0.000}"))}");
    return;
}
RunResult result = sample switch
{
    "own-method" => OwnMethod.Train(folder),
    "own-fusion" => OwnFusion.Train(folder),
    _ => ArraysInMemory.Train(folder),
};
Console.WriteLine($"{result.Method}: {result.Test.Accuracy:0.000} on test, {string.Join(", ", result.Test.Modalities.Select(pair => $"{pair.Key} alone {pair.Value.Accuracy:0.000}"))}");
