namespace VecNet;

/// <content>Weights of rows and classes, and calibration.</content>
public sealed partial record FitOptions
{
    /// <summary>
    /// The weight of each row, finite and at least 0: a row of weight w counts like w identical rows in the loss and in all metrics, and a
    /// row of weight 0 is left out. Null if all rows have weight 1.
    /// </summary>
    /// <remarks>
    /// Features are standardized by unweighted means and standard deviations, as in scikit-learn, and the values of a
    /// <see cref="Regressor"/> by weighted ones.
    /// </remarks>
    public IReadOnlyList<double>? SampleWeights { get; init; }

    /// <summary>The weighting of the classes when a classifier is trained; none by default.</summary>
    public ClassWeights ClassWeights { get; init; }

    /// <summary>
    /// Whether the probabilities of a classifier are calibrated by <see cref="TemperatureScaling"/>. The temperature is fitted on rows that
    /// are held out from additional trainings: on as many of ten folds as are needed for 1,000 rows, or on all of them.
    /// </summary>
    /// <remarks>
    /// Calibration lowers the loss on new rows on average. With only a few hundred rows the temperature is uncertain, and a network that is
    /// already well calibrated may become worse.
    /// </remarks>
    public bool Calibrate { get; init; }

    /// <summary>Gives targets the weights of these options.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or needs classes that the targets are not.</exception>
    internal TrainingTargets Weigh(TrainingTargets targets)
    {
        if (SampleWeights is not null)
        {
            VecNet.SampleWeights.Check([.. SampleWeights], targets.Strata.Length, "options");
        }

        Check(!Enum.IsDefined(ClassWeights), nameof(ClassWeights), ClassWeights, "Equal or Balanced");
        if (targets.ClassNames is null && (ClassWeights != ClassWeights.Equal || Calibrate))
        {
            string option = Calibrate ? nameof(Calibrate) : nameof(ClassWeights);
            throw new ArgumentException($"{option} applies to classes; the targets are numbers.", "options");
        }

        return targets.Weighted(SampleWeights, ClassWeights);
    }
}
