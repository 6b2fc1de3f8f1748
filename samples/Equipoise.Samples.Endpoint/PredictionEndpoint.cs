using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Samples.Endpoint;

/// <summary><c>POST /predict {"sound": […], "picture": […]}</c> predicts one sample; a modality left out is absent.</summary>
public static class PredictionEndpoint
{
    /// <summary>A web application that predicts with a run; one run serves all requests, however many at a time.</summary>
    public static WebApplication Create(TrainedRun run, string url)
    {
        #region Endpoint
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication app = builder.Build();
        app.Urls.Add(url);
        app.MapPost("/predict", (Dictionary<string, float[]> sample) =>
        {
            try
            {
                return Results.Ok(run.Predict(sample.ToDictionary(pair => pair.Key, pair => Array(run.Pack.Modality(pair.Key), pair.Value)))[0]);
            }
            catch (ProblemException problem)
            {
                return Results.BadRequest(problem.Message);
            }
        });
        #endregion
        return app;
    }

    private static NdArray Array(PackModality modality, float[] values) => values.Length == modality.Elements
        ? NdArray.From<float>(values, [1, .. modality.Shape])
        : throw new ProblemException($"{modality.Name}: has {values.Length} values; give {modality.Elements}");
}
