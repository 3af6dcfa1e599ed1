namespace VecNet;

/// <summary>
/// The options of <see cref="Classifier"/>, <see cref="Regressor"/> and <see cref="TextClassifier"/>; what is null is chosen from the data.
/// </summary>
/// <remarks>
/// <code>
/// var model = Classifier.Fit(features, labels, new FitOptions { HiddenSizes = [128, 64], Seed = 7, Threads = 4 });
/// </code>
/// </remarks>
public sealed partial record FitOptions
{
    /// <summary>The widths of the hidden layers; empty for a linear model, null for the default.</summary>
    public IReadOnlyList<int>? HiddenSizes { get; init; }

    /// <summary>The largest number of epochs; null for the default.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// The share of the rows, in [0, 1), that a first training holds out to select the number of epochs; the final training uses all rows.
    /// 0 for no such training; null for one if there are enough rows.
    /// </summary>
    public double? ValidationShare { get; init; }

    /// <summary>The seed of everything random; equal seeds and data give the same model, bit for bit.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of threads, which changes no bit of the model; 1 by default.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Applies the options to the hyperparameters for a table of the given number of rows.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal Hyperparameters ApplyTo(Hyperparameters hyperparameters, int rows)
    {
        double share = ValidationShare ?? (rows < Hyperparameters.FewestRowsForValidation ? 0 : hyperparameters.ValidationShare);
        Check(!(share is >= 0 and < 1), nameof(ValidationShare), share, "in [0, 1)");
        Check(Epochs < 1, nameof(Epochs), Epochs, "at least 1");
        Check(Threads < 1, nameof(Threads), Threads, "at least 1");
        foreach (int width in HiddenSizes ?? [])
        {
            Check(width < 1, nameof(HiddenSizes), width, "at least 1");
        }

        return hyperparameters with
        {
            Hidden = [.. HiddenSizes ?? hyperparameters.Hidden],
            Epochs = Epochs ?? hyperparameters.Epochs,
            ValidationShare = share,
            Seed = Seed,
        };
    }

    private static void Check(bool isWrong, string name, object? value, string range)
    {
        if (isWrong)
        {
            throw new ArgumentOutOfRangeException("options", value, $"{name} must be {range}; it is {value}.");
        }
    }
}

/// <summary>The progress of <see cref="Classifier"/>, <see cref="Regressor"/> and <see cref="TextClassifier"/> after an epoch.</summary>
/// <param name="Step">The number of the training, from 1: with two of them, the first selects the number of epochs.</param>
/// <param name="Steps">The number of trainings.</param>
/// <param name="Epoch">The epoch: its number, losses and accuracies, and the time that is left of this training.</param>
public readonly record struct FitProgress(int Step, int Steps, TrainingProgress Epoch);

/// <summary>
/// How a <see cref="Classifier{TLabel}"/>, a <see cref="Regressor"/> or a <see cref="TextClassifier{TLabel}"/> was trained.
/// </summary>
public sealed record FitReport
{
    /// <summary>The widths of the hidden layers.</summary>
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    /// <summary>The temperature that the network's outputs were divided by; null if it was not calibrated.</summary>
    public double? Temperature { get; init; }

    /// <summary>The epochs of the training that selected the number of epochs; empty if there was none.</summary>
    public required IReadOnlyList<TrainingProgress> SelectionHistory { get; init; }

    /// <summary>The epochs of the training on all rows; empty if it was canceled before.</summary>
    public required IReadOnlyList<TrainingProgress> History { get; init; }

    /// <summary>Whether the training was canceled, so that the model is the best one until then.</summary>
    public required bool WasCanceled { get; init; }
}
