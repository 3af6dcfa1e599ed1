namespace VecNet;

/// <summary>The options of <see cref="ScaledDotProductAttention"/>.</summary>
/// <remarks>
/// <code>
/// var options = new AttentionOptions { Heads = 8, IsCausal = true };
/// </code>
/// </remarks>
public sealed record AttentionOptions
{
    /// <summary>The number of heads, which divides the widths of queries, keys and values; 1 by default.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Whether the query at position i reads only the keys at positions 0 … i of its sequence.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The factor of the scores; null, which is the default, for 1/√d, where d is the width of a head's keys.</summary>
    public double? Scale { get; init; }

    /// <summary>
    /// The slope s of each head for attention with linear biases (ALiBi), which subtracts s·|i − j| from the score of positions i and j;
    /// null, which is the default, for none.
    /// </summary>
    /// <remarks>Source: Press, Smith, Lewis, "Train Short, Test Long", 2022.</remarks>
    public IReadOnlyList<double>? AlibiSlopes { get; init; }

    /// <summary>
    /// The probability of dropping a weight, in [0, 1); 0 by default. The weights that are kept are divided by 1 − probability, so that
    /// their mean over all masks is the weight.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>The slopes of the paper for a power of two of heads: 2^(−8h/n) for head h = 1 … n of n.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of heads is not a power of two.</exception>
    public static IReadOnlyList<double> GetAlibiSlopes(int heads) => int.IsPow2(heads)
        ? [.. Enumerable.Range(1, heads).Select(head => Math.Pow(2, -8.0 * head / heads))]
        : throw new ArgumentOutOfRangeException(nameof(heads), heads, $"The number of heads must be a power of two; it is {heads}.");

    /// <summary>Checks the options for queries, keys and values of the given widths.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not fit the widths.</exception>
    internal void Check(int keyFeatures, int valueFeatures)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Heads);
        if (keyFeatures == 0 || keyFeatures % Heads != 0 || valueFeatures == 0 || valueFeatures % Heads != 0)
        {
            throw new ArgumentException(
                $"Keys of {keyFeatures} and values of {valueFeatures} features cannot be divided among {Heads} heads.", "options");
        }

        if (Scale is { } scale && !double.IsFinite(scale))
        {
            throw new ArgumentOutOfRangeException("options", scale, $"Scale must be finite; it is {scale}.");
        }

        VecNet.Dropout.CheckProbability(Dropout, "options");
        if (AlibiSlopes is { } slopes && (slopes.Count != Heads || !AreFinite(slopes)))
        {
            throw new ArgumentException(
                $"There must be a finite slope for each of the {Heads} heads; there are {slopes.Count} slopes.", "options");
        }
    }

    /// <summary>Without an enumerator, which a warm pass would allocate.</summary>
    private static bool AreFinite(IReadOnlyList<double> slopes)
    {
        for (int i = 0; i < slopes.Count; i++)
        {
            if (!double.IsFinite(slopes[i]))
            {
                return false;
            }
        }

        return true;
    }
}
