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

    private static void Rotate<T>(
        ReadOnlyTensorView<T> input, SequenceOffsets sequences, TensorView<T> output, RotaryOptions options, int direction)
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

        (int step, int apart) = options.Pairing == RotaryPairing.Halves ? (1, rotated / 2) : (2, 1);
        for (int sequence = 0; sequence < sequences.Count && !input.IsEmpty; sequence++)
        {
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int position = 0; position < count; position++)
            {
                Span<T> row = output.Row(first + position);
                for (int pair = 0; pair < rotated / 2; pair++)
                {
                    double angle = direction * ((double)options.Start + position) * Math.Pow(options.Base, -2.0 * pair / rotated);
                    T cosine = T.CreateTruncating(Math.Cos(angle)), sine = T.CreateTruncating(Math.Sin(angle));
                    for (int u = pair * step; u < row.Length; u += features)
                    {
                        (row[u], row[u + apart]) =
                            ((row[u] * cosine) - (row[u + apart] * sine), (row[u] * sine) + (row[u + apart] * cosine));
                    }
                }
            }
        }
    }
}
