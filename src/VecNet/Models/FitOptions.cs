namespace VecNet;

/// <summary>
/// The options of <see cref="Classifier"/>, <see cref="Regressor"/> and <see cref="TextClassifier"/>; options that are null are chosen from
/// the data.
/// </summary>
/// <remarks>
/// <code>
/// var model = Classifier.Fit(features, labels, new FitOptions { HiddenSizes = [128, 64], Seed = 7, Threads = 4 });
/// </code>
/// </remarks>
public sealed partial record FitOptions
{
    /// <summary>
    /// The widths of the hidden layers; empty for a linear model, null to choose them by validation. If they are given, a single network is
    /// trained.
    /// </summary>
    public IReadOnlyList<int>? HiddenSizes { get; init; }

    /// <summary>The number of epochs of each training; null for those of the chosen hyperparameters.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// The fraction of the rows, in [0, 1), that is held out to choose among several models; the final training uses all rows. 0 to train
    /// the default model without a comparison; null for 0.2 with 2,000 rows or more, and for five-fold cross-validation with fewer.
    /// </summary>
    public double? ValidationShare { get; init; }

    /// <summary>The time limit of model selection and training; null for none.</summary>
    /// <remarks>
    /// The search ends when there is no time left for another model before the final training, which has fewer repetitions or epochs if
    /// necessary. The limit may be exceeded, since the time is estimated from earlier trainings. With a limit, the chosen model may depend
    /// on the speed of the machine. If no models are compared, and for texts, the training ends at the limit with the best network so far,
    /// but after one epoch at the earliest. A calibration takes additional time.
    /// </remarks>
    public TimeSpan? Budget { get; init; }

    /// <summary>The random seed; the same seed and data give a bit-identical model.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of threads, which does not affect the model; 1 by default.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The clock of the <see cref="Budget"/>.</summary>
    internal TimeProvider Time = TimeProvider.System;

    /// <summary>Throws unless every option is in its range.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        Check(!(ValidationShare is null or (>= 0 and < 1)), nameof(ValidationShare), ValidationShare, "in [0, 1)");
        Check(Epochs < 1, nameof(Epochs), Epochs, "at least 1");
        Check(Threads < 1, nameof(Threads), Threads, "at least 1");
        Check(Budget <= TimeSpan.Zero, nameof(Budget), Budget, "more than 0");
        foreach (int width in HiddenSizes ?? [])
        {
            Check(width < 1, nameof(HiddenSizes), width, "at least 1");
        }
    }

    /// <summary>Applies the options to the hyperparameters of texts, which are not searched.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal Hyperparameters ApplyToTexts(int rows, bool areTokensGiven)
    {
        Check();
        CheckTexts(areTokensGiven);
        return ApplyTo(Hyperparameters.Of(GivenTextModel), rows);
    }

    /// <summary>Applies the options to the default hyperparameters of a kind of model of texts.</summary>
    internal Hyperparameters ApplyTo(Hyperparameters hyperparameters, int rows) => hyperparameters with
    {
        Hidden = [.. HiddenSizes ?? hyperparameters.Hidden],
        Epochs = Epochs ?? hyperparameters.Epochs,
        ValidationShare = ValidationShare
            ?? (rows < Hyperparameters.FewestRowsForValidation ? 0 : hyperparameters.ValidationShare),
        Seed = Seed,
    };

    private static void Check(bool isWrong, string name, object? value, string range)
    {
        if (isWrong)
        {
            throw new ArgumentOutOfRangeException("options", value, $"{name} must be {range}; it is {value}.");
        }
    }
}
