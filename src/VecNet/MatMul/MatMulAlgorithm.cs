namespace VecNet;

/// <summary>
/// Specifies the algorithm of a matrix product: the definition, or one with fewer multiplications and larger rounding errors.
/// </summary>
/// <remarks>
/// <see cref="Classical"/> is the default throughout this library. See <see cref="StrassenWinograd"/> for its cost in accuracy and memory
/// and for the sizes at which it is faster.
/// </remarks>
public readonly record struct MatMulAlgorithm
{
    /// <summary>The largest number of levels of Strassen–Winograd.</summary>
    public const int MaxLevels = 4;

    internal const int Automatic = -1;

    private MatMulAlgorithm(int levels) => Levels = levels;

    /// <summary>cᵢⱼ = Σₚ aᵢₚ·bₚⱼ, each element one sum in the order of p.</summary>
    public static MatMulAlgorithm Classical => default;

    /// <summary>
    /// Strassen–Winograd with as many levels as are faster. Small products have none, and the same bits as the classical product.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A level computes the four quadrants of C by seven products of half the size instead of eight, with fifteen additions of quadrants
    /// (S. Winograd, "On multiplication of 2 × 2 matrices", 1971). It is faster if an eighth of the multiplications takes longer
    /// than those additions, which only move memory: the harmonic mean of m, n and k must be at least
    /// <see cref="Crossover"/>, and twice that for a second level; there is no third. The choice depends on the shape alone, so that
    /// neither caches nor threads change a bit.
    /// </para>
    /// <para>
    /// Errors are bounded by the norm, not element by element: with u the unit roundoff, max |C − AB| ≤ f·u·max|A|·max|B| with
    /// f = k² classically and f = 18ᴸ·(k₀² + 6k₀) − 6k after L levels, k₀ = k/2ᴸ (N. J. Higham, "Accuracy and Stability of Numerical
    /// Algorithms", theorem 23.3). Measured errors about double with each level. A small element among large ones may lose all its
    /// significant digits. A NaN or ∞ in A may turn 2ᴸ rows of C into NaN instead of one, in B 2ᴸ columns; none is lost. Sums of
    /// elements near the largest number may overflow where the classical product does not, and the order of the terms differs, so that a
    /// sum that overflows classically may be finite. Products of small integers stay exact.
    /// </para>
    /// <para>
    /// Memory: a third of the elements of A, B and C together, and up to 31 elements for each row of a quadrant, which matter where rows
    /// are short. The thread keeps it for its next call; <see cref="ReleaseMemory"/> releases it. If it cannot be allocated, an
    /// <see cref="OutOfMemoryException"/> is thrown before anything is written.
    /// </para>
    /// </remarks>
    public static MatMulAlgorithm StrassenWinograd => new(Automatic);

    /// <summary>
    /// The harmonic mean of m, n and k from which <see cref="StrassenWinograd"/> divides a product; each level halves it.
    /// </summary>
    public static int Crossover => VecNet.StrassenWinograd.Crossover;

    /// <summary>The number of levels: 0 for the classical product, −1 for as many as are faster.</summary>
    internal readonly int Levels;

    /// <summary>
    /// Strassen–Winograd on the given number of levels for any size; fewer only where a dimension has become 1, or where no array can hold
    /// the buffers.
    /// </summary>
    /// <param name="levels">The number of levels, from 0 (the classical product) to <see cref="MaxLevels"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="levels"/> is negative or more than <see cref="MaxLevels"/>.
    /// </exception>
    public static MatMulAlgorithm StrassenWinogradLevels(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(levels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, MaxLevels);
        return new(levels);
    }

    /// <summary>Releases the memory that the calling thread keeps for its next product by Strassen–Winograd.</summary>
    public static void ReleaseMemory()
    {
        StrassenBuffer<float>.Release();
        StrassenBuffer<double>.Release();
    }

    /// <inheritdoc/>
    public override string ToString() => Levels switch
    {
        0 => "classical",
        Automatic => "Strassen–Winograd",
        1 => "Strassen–Winograd, 1 level",
        _ => $"Strassen–Winograd, {Levels} levels",
    };
}
