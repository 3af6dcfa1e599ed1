namespace VecNet;

/// <summary>How much the rows of each class count in the training of a classifier.</summary>
/// <remarks>
/// <code>
/// var model = Classifier.Fit(features, labels, new FitOptions { ClassWeights = ClassWeights.Balanced });
/// </code>
/// </remarks>
public enum ClassWeights
{
    /// <summary>Every row counts the same, so that a frequent class counts more than a rare one.</summary>
    Equal,

    /// <summary>Every class counts the same: see <see cref="SampleWeights.Balanced"/>.</summary>
    Balanced,
}
