namespace VecNet;

/// <summary>The data and the loss that a network is trained with.</summary>
/// <param name="Training">All training rows.</param>
/// <param name="Selection">
/// The same rows, divided for a first training that selects the number of epochs; null if there is no such training.
/// </param>
/// <param name="Outputs">The number of the network's outputs: one for each class, or one for a predicted number.</param>
/// <param name="Loss">The loss to minimize.</param>
internal sealed record TrainingTask(
    Dataset<float> Training, (Dataset<float> Training, Dataset<float> Validation)? Selection, int Outputs, ILoss<float> Loss)
{
    /// <summary>A layer that augments the rows in training; null if there is none.</summary>
    internal ILayer<float>? Augmentation { get; init; }

    /// <summary>Whether the targets are classes; otherwise they are numbers.</summary>
    internal bool HasClasses => Training.Targets.AreClasses;
}
