namespace VecNet;

/// <summary>The options of <see cref="RotaryEmbedding"/>.</summary>
/// <remarks>
/// <code>
/// var options = new RotaryOptions { Heads = 8, Pairing = RotaryPairing.Halves };
/// </code>
/// </remarks>
public sealed record RotaryOptions
{
    /// <summary>The number of heads, which divides the width; 1 by default.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>The number of features at the beginning of each head that are rotated, which is even; null, the default, for all.</summary>
    public int? RotatedFeatures { get; init; }

    /// <summary>The features that form a pair.</summary>
    public RotaryPairing Pairing { get; init; }

    /// <summary>The base of the frequencies; 10000 by default.</summary>
    public double Base { get; init; } = 10_000;

    /// <summary>The position of the first row of each sequence; 0 by default.</summary>
    public int Start { get; init; }

    /// <summary>Checks the options for rows of the given width.</summary>
    /// <returns>The number of features of a head, and of those that are rotated.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or does not fit the width.</exception>
    internal (int Features, int Rotated) Check(int columns)
    {
        Check("options");
        if (Heads < 1 || columns % Heads != 0)
        {
            throw new ArgumentException($"{columns} features cannot be divided among {Heads} heads.", "options");
        }

        int features = columns / Heads, rotated = RotatedFeatures ?? features;
        if (rotated < 0 || rotated > features || rotated % 2 != 0)
        {
            throw new ArgumentException(
                $"The number of rotated features must be even and at most that of a head, {features}; it is {rotated}.", "options");
        }

        return (features, rotated);
    }

    /// <summary>Checks the options that do not depend on the width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check(string parameter)
    {
        if (!Enum.IsDefined(Pairing) || !(Base > 0 && double.IsFinite(Base)) || Start < 0)
        {
            throw new ArgumentOutOfRangeException(
                parameter, this, $"The pairing, {Pairing}, the base, {Base}, or the first position, {Start}, is out of range.");
        }

        if (RotatedFeatures is { } rotated && (rotated < 0 || rotated % 2 != 0))
        {
            throw new ArgumentOutOfRangeException(
                parameter, rotated, $"The number of rotated features must be even and not negative; it is {rotated}.");
        }
    }
}
