namespace VecNet;

/// <summary>The importance of one feature: see <see cref="PermutationImportance"/>.</summary>
/// <param name="name">The name.</param>
/// <param name="drops">The drops.</param>
public sealed class FeatureImportance(string name, IReadOnlyList<double> drops)
{
    /// <summary>The name of the feature, or of the column of a table; its index if it has no name.</summary>
    public string Name { get; } = name;

    /// <summary>The drop of the score in each repeat; negative where the permuted feature gives a better score.</summary>
    public IReadOnlyList<double> Drops { get; } = drops;

    /// <summary>The mean drop.</summary>
    public double Mean => Drops.Average();

    /// <summary>The standard deviation of the drops, √(Σ(d − mean)²/repeats).</summary>
    public double StandardDeviation => Math.Sqrt(Drops.Average(drop => (drop - Mean) * (drop - Mean)));
}
