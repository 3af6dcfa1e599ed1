namespace VecNet;

/// <summary>The data and the loss that a network is trained with.</summary>
internal sealed class TrainingTask(
    Dataset<float> training, (Dataset<float> Training, Dataset<float> Validation)? selection, int outputs, ILoss<float> loss)
{
    /// <summary>All training rows.</summary>
    internal readonly Dataset<float> Training = training;

    /// <summary>The same rows, divided for a first training that selects the number of epochs; null if there is no such training.</summary>
    internal readonly (Dataset<float> Training, Dataset<float> Validation)? Selection = selection;

    /// <summary>The number of the network's outputs: one for each class, or one for a predicted number.</summary>
    internal readonly int Outputs = outputs;

    /// <summary>The loss to minimize.</summary>
    internal readonly ILoss<float> Loss = loss;

    /// <summary>A layer that augments the rows in training; null if there is none.</summary>
    internal ILayer<float>? Augmentation;

    /// <summary>Whether the targets are classes; otherwise they are numbers.</summary>
    internal bool HasClasses => Training.Targets.AreClasses;
}
