using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>A loader's batch as a model takes it.</summary>
internal static class BatchInput
{
    internal static ModelInput ToInput(this Batch batch) => new(batch.Inputs, batch.Labels, batch.Indices, batch.Present) { Masks = batch.Masks };
}
