using Equipoise.Models;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Training;

/// <summary>What a method sees at the end of an epoch.</summary>
/// <param name="Model">The model.</param>
/// <param name="Optimizer">What moves its parameters, with its momentum.</param>
/// <param name="Classes">The number of classes of the data set.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Epochs">How many epochs the run has.</param>
/// <param name="Features">Features of a split (<c>train</c> without augmentation, or <c>val</c>) in evaluation mode. Never of test.</param>
/// <param name="Figure">Adds a figure to the epoch's log.</param>
public sealed record EpochContext(
    MultimodalModel Model, Optimizer Optimizer, int Classes, int Epoch, int Epochs, Func<string, SplitFeatures> Features, Action<string, double> Figure);

/// <summary>The features of a whole split.</summary>
/// <param name="Features">For each modality one row per sample that has it, with that sample's label.</param>
public sealed record SplitFeatures(IReadOnlyDictionary<string, (float[][] Rows, long[] Labels)> Features);
