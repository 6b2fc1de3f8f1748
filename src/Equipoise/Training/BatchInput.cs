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
        ModelInput input = new(batch.Inputs, batch.Labels, batch.Indices, batch.Present) { Masks = batch.Masks };
        return device.IsCpu ? input : input with { Inputs = There(input.Inputs, device), Labels = input.Labels?.To(device, wait: false), Masks = There(input.Masks, device) };
    }

    private static Dictionary<string, Tensor> There(IReadOnlyDictionary<string, Tensor> tensors, Device device) =>
        tensors.ToDictionary(pair => pair.Key, pair => pair.Value.To(device, wait: false));
}
