namespace VecNet;

/// <summary>The importance of one feature: see <see cref="PermutationImportance"/>.</summary>
/// <param name="Name">The name of the feature, or of the column of a table; its index if it has no name.</param>
/// <param name="Drops">The drop of the score in each repeat; negative where the permuted feature gives a better score.</param>
public sealed record FeatureImportance(string Name, IReadOnlyList<double> Drops)
{
    /// <summary>The mean drop.</summary>
    public double Mean => Drops.Average();

    /// <summary>The standard deviation of the drops, √(Σ(d − mean)²/repeats).</summary>
    public double StandardDeviation => Math.Sqrt(Drops.Average(drop => (drop - Mean) * (drop - Mean)));
}
