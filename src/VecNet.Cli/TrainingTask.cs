namespace VecNet.Cli;

/// <summary>What is to be learnt.</summary>
/// <param name="Training">All rows that may be learnt from.</param>
/// <param name="Parts">The same rows, divided for a first run that finds out how long to train; null to do without.</param>
/// <param name="Outputs">Of the network: a number for each class, or the one that is predicted.</param>
/// <param name="Loss">What is to become small.</param>
internal sealed record TrainingTask(
    Dataset<float> Training, (Dataset<float> Learning, Dataset<float> Validation)? Parts, int Outputs, ILoss<float> Loss)
{
    /// <summary>A layer that changes rows in training; null for none.</summary>
    internal ILayer<float>? Augmentation { get; init; }

    /// <summary>Whether rows have classes; otherwise a number is predicted.</summary>
    internal bool HasClasses => Training.Targets.AreClasses;
}
