namespace VecNet;

/// <summary>The scores of a cross-validation: the accuracy of each fold for classes, R² for numbers.</summary>
/// <remarks>
/// <code>
/// CrossValidationResult result = Classifier.CrossValidate(features, labels, folds: 10);
/// Console.WriteLine($"accuracy {result.Mean:F3} ± {result.StandardDeviation:F3}");
/// </code>
/// </remarks>
/// <param name="scores">The score of each fold.</param>
public sealed class CrossValidationResult(IReadOnlyList<double> scores)
{
    /// <summary>The score of each fold.</summary>
    public IReadOnlyList<double> Scores { get; } = scores;

    /// <summary>The mean of the scores.</summary>
    public double Mean => Scores.Average();

    /// <summary>The standard deviation of the scores, √(Σ(s − mean)²/folds), which is NumPy's default.</summary>
    public double StandardDeviation => Math.Sqrt(Scores.Average(score => (score - Mean) * (score - Mean)));
}
