namespace VecNet;

/// <summary>The progress of <see cref="Classifier"/>, <see cref="Regressor"/> and <see cref="TextClassifier"/>.</summary>
/// <param name="Step">The number of finished trainings of the search plus 1; the last one is the final training.</param>
/// <param name="Steps">The number of trainings of the search, plus 1 for the final training.</param>
/// <param name="Epoch">
/// The last epoch of a training of the search, or each epoch of the final training: its number, losses and accuracies, and the time left.
/// </param>
public readonly record struct FitProgress(int Step, int Steps, TrainingProgress Epoch);

/// <summary>
/// How a <see cref="Classifier{TLabel}"/>, a <see cref="Regressor"/> or a <see cref="TextClassifier{TLabel}"/> was trained.
/// </summary>
/// <remarks>
/// <code>
/// Console.WriteLine(model.Report!.Summary);
/// </code>
/// </remarks>
public sealed record FitReport
{
    /// <summary>One sentence about the chosen model and the reason for the choice.</summary>
    public required string Summary { get; init; }

    /// <summary>The widths of the hidden layers; those of the average if several networks were averaged.</summary>
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    /// <summary>The models that were compared, in the order of training; empty if there was no search.</summary>
    public required IReadOnlyList<FitCandidate> Candidates { get; init; }

    /// <summary>
    /// The number of networks that were trained on all rows and averaged; 0 if the training was canceled before, so that the model is that
    /// of the comparison.
    /// </summary>
    public required int Trainings { get; init; }

    /// <summary>The temperature that the network's outputs were divided by; null if it was not calibrated.</summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// The epochs of the first training of the chosen candidate in the search, with validation losses; empty if there was no search.
    /// </summary>
    public required IReadOnlyList<TrainingProgress> SelectionHistory { get; init; }

    /// <summary>The epochs of the first training on all rows; empty if it was canceled before.</summary>
    public required IReadOnlyList<TrainingProgress> History { get; init; }

    /// <summary>Whether the training was canceled; the model is then the best one found before.</summary>
    public required bool WasCanceled { get; init; }
}
