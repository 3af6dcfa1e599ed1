namespace VecNet;

/// <summary>Computes weights of rows for <see cref="Dataset{T}.Weights"/>.</summary>
public static class SampleWeights
{
    /// <summary>
    /// Computes weights that give all classes the same total weight: a row of class c has the weight n / (classes · n_c), where n_c is the
    /// number of rows of its class, n that of all rows, and classes the number of different classes.
    /// </summary>
    /// <remarks>
    /// <para>This is scikit-learn's <c>class_weight="balanced"</c>. The sum of the weights is n.</para>
    /// <para>If rows already have weights, n and n_c are sums of these, and a row's weight is multiplied by the factor of its class.</para>
    /// <code>
    /// double[] weights = SampleWeights.Balanced([0, 0, 0, 1]);   // 2/3, 2/3, 2/3, 2
    /// </code>
    /// </remarks>
    /// <param name="classes">The class of each row, from 0.</param>
    /// <param name="weights">The weight of each row; empty for ones.</param>
    /// <exception cref="ArgumentException">
    /// The number of weights is not that of the rows, a weight is negative or not finite, or all of them are 0.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is negative.</exception>
    public static double[] Balanced(ReadOnlySpan<int> classes, ReadOnlySpan<double> weights = default)
    {
        double[] balanced = new double[classes.Length];
        if (weights.IsEmpty)
        {
            balanced.AsSpan().Fill(1);
        }
        else
        {
            Check(weights, classes.Length, nameof(weights));
            weights.CopyTo(balanced);
        }

        var sums = new Dictionary<int, double>();
        double sum = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(classes[row], nameof(classes));
            sums[classes[row]] = sums.GetValueOrDefault(classes[row]) + balanced[row];
            sum += balanced[row];
        }

        double perClass = sum / sums.Values.Count(ofClass => ofClass > 0);
        for (int row = 0; row < balanced.Length; row++)
        {
            balanced[row] *= balanced[row] == 0 ? 0 : perClass / sums[classes[row]];
        }

        return balanced;
    }

    /// <summary>Throws unless there is a weight for each row, finite and at least 0, and at least one weight is above 0.</summary>
    internal static void Check(ReadOnlySpan<double> weights, int rows, string name)
    {
        WeightedRows.Check(weights, rows, name);
        if (rows > 0 && weights.IndexOfAnyExcept(0) < 0)
        {
            throw new ArgumentException("The weights of all rows are 0.", name);
        }
    }
}
