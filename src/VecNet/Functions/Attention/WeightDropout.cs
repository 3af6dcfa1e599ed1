using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>
/// The factors of the weights of one head over one sequence: 0 for a weight that is dropped, and 1 / (1 − probability) for the others.
/// </summary>
/// <remarks>
/// The generator counts: a factor follows from the seed and the places of its query and its key, so that tiles can compute theirs in any
/// order, forward and backward. Query i has the stream i of the generator of its head and sequence, and the factor of key j comes from the
/// number j of this stream.
/// </remarks>
internal readonly struct WeightDropout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ulong seed;
    private readonly ulong limit;
    private readonly T kept;

    /// <summary>Creates the factors of a head over a sequence.</summary>
    /// <param name="probability">The probability of dropping a weight.</param>
    /// <param name="seed">The seed of the pass.</param>
    /// <param name="unit">The number of the head over the sequence, among all of the batch.</param>
    internal WeightDropout(double probability, ulong seed, int unit)
    {
        this.seed = SplitMix64.StateOf(seed, (ulong)unit);
        kept = T.CreateTruncating(1 / (1 - probability));

        // A number of 53 bits is less than probability·2⁵³.
        limit = (ulong)Math.Ceiling(probability * (1UL << 53));
    }

    /// <summary>Whether weights are dropped.</summary>
    internal bool IsOn => limit > 0;

    /// <summary>Multiplies a tile, of which an element belongs to a query and a key, by the factors.</summary>
    internal void Multiply(TensorView<T> tile, int firstQuery, int firstKey, Span<T> factors)
    {
        for (int row = 0; row < tile.Rows && IsOn; row++)
        {
            Fill(factors[..tile.Columns], firstQuery + row, firstKey);
            TensorPrimitives.Multiply(tile.Row(row), factors[..tile.Columns], tile.Row(row));
        }
    }

    /// <summary>The factors of some keys of a query.</summary>
    internal void Fill(Span<T> factors, int query, int firstKey)
    {
        ulong state = SplitMix64.StateOf(seed, (ulong)query);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = SplitMix64.BitsAt(state, (ulong)firstKey + (ulong)i + 1) >> 11 < limit ? T.Zero : kept;
        }
    }
}
