namespace Equipoise.Formats;

/// <summary>What is wrong with a file of PyTorch, said so that it follows the file's name.</summary>
internal sealed class TorchFileException(string problem) : Exception(problem);
