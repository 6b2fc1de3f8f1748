using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Training;

/// <summary>A loader's batch as a model takes it.</summary>
internal static class BatchInput
{
    /// <summary>Where new tensors lie; the batch's own where that is the processor. Pinned ones are under way while the model computes.</summary>
    internal static ModelInput ToInput(this Batch batch)
    {
        Device device = DeviceScope.Current;
        return new ModelInput(There(batch.Inputs, device), batch.Labels is { } labels ? There(labels, device) : null, batch.Indices, batch.Present) { Masks = There(batch.Masks, device) };
    }

    private static IReadOnlyDictionary<string, Tensor> There(IReadOnlyDictionary<string, Tensor> tensors, Device device) =>
        device.IsCpu ? tensors : tensors.ToDictionary(pair => pair.Key, pair => There(pair.Value, device));

    private static Tensor There(Tensor tensor, Device device) => device.IsCpu ? tensor : tensor.To(device, wait: false);
}
