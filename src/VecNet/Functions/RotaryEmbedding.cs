using System.Numerics;

namespace VecNet;

/// <summary>
/// Rotates pairs of features of queries and keys by angles in proportion to their positions, so that their products depend on the
/// distance of two tokens.
/// </summary>
/// <remarks>
/// Positions count from 0 within each sequence. Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021.
/// </remarks>
public static class RotaryEmbedding
{
    /// <summary>The number of pairs whose sines and cosines are kept at once.</summary>
    private const int PairsAtOnce = 64;

    /// <summary>
    /// For pair i of n/2 in each head and position p: (u, v) becomes (u·cos θ − v·sin θ, u·sin θ + v·cos θ) with θ = p·base^(−2i/n).
    /// </summary>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">y, of the shape of the input, overwritten; may be the input itself.</param>
    /// <param name="options">The number of heads and other options.</param>
    /// <exception cref="ArgumentException">
    /// Shapes or options do not fit, or the views share elements without being the same; nothing has been written.
    /// </exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, SequenceOffsets sequences, TensorView<T> output, RotaryOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rotate(input, sequences, output, options, direction: 1);

    /// <summary>∂L/∂x: ∂L/∂y rotated by the opposite angles.</summary>
    /// <remarks>
    /// A pair is multiplied by the matrix R of a rotation, y = R x, which does not depend on x: ∂L/∂x = Rᵀ·∂L/∂y.
    /// The transpose of a rotation by θ is that by −θ: ∂L/∂u = g_u cos θ + g_v sin θ and ∂L/∂v = −g_u sin θ + g_v cos θ.
    /// Features that are not rotated pass their gradient on.
    /// </remarks>
    /// <param name="gradOutput">∂L/∂y, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be gradOutput itself.</param>
    /// <param name="options">The options of the forward pass.</param>
    /// <exception cref="ArgumentException">
    /// Shapes or options do not fit, or the views share elements without being the same; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> gradOutput, SequenceOffsets sequences, TensorView<T> gradInput, RotaryOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rotate(gradOutput, sequences, gradInput, options, direction: -1);

    /// <summary>Rotates by the angles, or by the opposite ones if the direction is −1.</summary>
    internal static void Rotate<T>(
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        TensorView<T> output,
        RotaryOptions options,
        int direction,
        int position = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(options);
        (int features, int rotated) = options.Check(input.Columns);
        Shape.Check(input, sequences.Rows, input.Columns);
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
        if (!Overlap.AreSame(input, output))
        {
            input.CopyTo(output);
        }

        Rotate(output, sequences, options, features, rotated, direction, (double)options.Start + position);
    }

    /// <summary>Rotates in place. The sines and cosines of a position are computed once for all sequences and heads.</summary>
    private static void Rotate<T>(
        TensorView<T> rows, SequenceOffsets sequences, RotaryOptions options, int features, int rotated, int direction, double start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> frequencies = stackalloc double[PairsAtOnce];
        Span<T> cosines = stackalloc T[PairsAtOnce], sines = stackalloc T[PairsAtOnce];
        int longest = 0;
        for (int sequence = 0; sequence < sequences.Count && !rows.IsEmpty; sequence++)
        {
            longest = int.Max(longest, sequences.GetLength(sequence));
        }

        for (int pair = 0; pair < rotated / 2; pair += PairsAtOnce)
        {
            int pairs = int.Min(PairsAtOnce, (rotated / 2) - pair);
            for (int i = 0; i < pairs; i++)
            {
                frequencies[i] = direction * Math.Pow(options.Base, -2.0 * (pair + i) / rotated);
            }

            for (int position = 0; position < longest; position++)
            {
                for (int i = 0; i < pairs; i++)
                {
                    (double sine, double cosine) = Math.SinCos((start + position) * frequencies[i]);
                    (sines[i], cosines[i]) = (T.CreateTruncating(sine), T.CreateTruncating(cosine));
                }

                for (int sequence = 0; sequence < sequences.Count; sequence++)
                {
                    if (position >= sequences.GetLength(sequence))
                    {
                        continue;
                    }

                    Span<T> row = rows.Row(sequences.AsSpan()[sequence] + position);
                    for (int head = 0; head < row.Length; head += features)
                    {
                        Rotate(row.Slice(head, rotated), pair, cosines[..pairs], sines, options.Pairing);
                    }
                }
            }
        }
    }

    /// <summary>Rotates some pairs of a head.</summary>
    private static void Rotate<T>(Span<T> head, int firstPair, ReadOnlySpan<T> cosines, ReadOnlySpan<T> sines, RotaryPairing pairing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int step, int apart) = pairing == RotaryPairing.Halves ? (1, head.Length / 2) : (2, 1);
        for (int i = 0; i < cosines.Length; i++)
        {
            ref T u = ref head[(firstPair + i) * step], v = ref head[((firstPair + i) * step) + apart];
            (u, v) = ((u * cosines[i]) - (v * sines[i]), (u * sines[i]) + (v * cosines[i]));
        }
    }
}
