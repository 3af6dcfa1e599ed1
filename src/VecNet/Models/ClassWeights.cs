namespace VecNet;

/// <summary>Specifies how classes are weighted when a classifier is trained.</summary>
/// <remarks>
/// <code>
/// var model = Classifier.Fit(features, labels, new FitOptions { ClassWeights = ClassWeights.Balanced });
/// </code>
/// </remarks>
public enum ClassWeights
{
    /// <summary>All rows have the same weight, so that frequent classes have more influence than rare ones.</summary>
    Equal,

    /// <summary>All classes have the same total weight: see <see cref="SampleWeights.Balanced"/>.</summary>
    Balanced,
}
