using System.Net;
using System.Net.Http.Json;
using Equipoise.Formats;
using Equipoise.Samples.Endpoint;
using Equipoise.Training;
using Microsoft.AspNetCore.Builder;

namespace Equipoise.Samples.Tests;

/// <summary>One run serves requests from many threads, and says what is wrong with one.</summary>
public sealed class PredictionEndpointTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RequestsAtTheSameTimeGetTheAnswersOfRequestsOneByOne()
    {
        ArraysInMemory.Train(_folder["run"], settings: ("train.epochs", "2"));
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        await using WebApplication app = await Start(run);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        Dictionary<string, float[]>[] samples = [.. Enumerable.Range(0, 24).Select(Sample)];
        string[] alone = new string[samples.Length];
        for (int i = 0; i < samples.Length; i++) alone[i] = await Ask(client, samples[i]);
        string[] together = await Task.WhenAll(samples.Select(sample => Task.Run(() => Ask(client, sample))));
        Assert.Equal(alone, together);
        Assert.True(alone.Distinct().Count() > 20);
    }

    [Fact]
    public async Task ARequestThatDoesNotFitIsToldWhy()
    {
        ArraysInMemory.Train(_folder["run"], settings: ("train.epochs", "1"));
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        await using WebApplication app = await Start(run);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        foreach (var (sample, answer) in new (Dictionary<string, float[]>, string)[]
        {
            (new() { ["sound"] = new float[3] }, "sound: has 3 values; give 12"),
            (new() { ["sond"] = new float[12] }, "did you mean sound?"),
            ([], "give at least one of picture, sound"),
        })
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", sample, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(answer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    private static async Task<WebApplication> Start(TrainedRun run)
    {
        WebApplication app = PredictionEndpoint.Create(run, "http://127.0.0.1:0");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<string> Ask(HttpClient client, Dictionary<string, float[]> sample)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", sample, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException(text);
    }

    /// <summary>A sample of its own; every third has no picture.</summary>
    private static Dictionary<string, float[]> Sample(int i)
    {
        Dictionary<string, NdArray> arrays = MadeUpData.Arrays(1, seed: (ulong)i + 10);
        Dictionary<string, float[]> sample = new() { ["sound"] = arrays["sound"].As<float>().ToArray() };
        if (i % 3 > 0) sample["picture"] = arrays["picture"].As<float>().ToArray();
        return sample;
    }
}
