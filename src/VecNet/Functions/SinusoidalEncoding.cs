using System.Numerics;

namespace VecNet;

/// <summary>Adds sines and cosines of its position to each token of a sequence.</summary>
/// <remarks>
/// <para>Positions count from 0 within each sequence. Source: Vaswani et al., "Attention Is All You Need", 2017.</para>
/// <code>
/// SinusoidalEncoding.Forward(tokens, new SequenceOffsets([0, 12, 20]), output, inputScale: 8);
/// </code>
/// </remarks>
public static class SinusoidalEncoding
{
    private const double Base = 10_000;

    /// <summary>
    /// yᵢ = c·xᵢ + E of p(i), where p(i) is the position of row i in its sequence, E of p in column 2k is sin(p·10000^(−2k/n)), and in
    /// column 2k + 1 it is cos(p·10000^(−2k/n)), for n features.
    /// </summary>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">y, of the shape of the input, overwritten; may be the input itself.</param>
    /// <param name="inputScale">c; 1 by default, and √n in the paper.</param>
    /// <param name="start">The position of the first row of each sequence.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the views share elements without being the same; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">c is not finite, or the first position is negative.</exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input, SequenceOffsets sequences, TensorView<T> output, double inputScale = 1, int start = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckScale(inputScale);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Shape.Check(input, sequences.Rows, input.Columns);
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
        T scale = T.CreateTruncating(inputScale);
        for (int sequence = 0; sequence < sequences.Count && !input.IsEmpty; sequence++)
        {
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int row = first; row < first + count; row++)
            {
                ReadOnlySpan<T> x = input.Row(row);
                Span<T> y = output.Row(row);
                for (int column = 0; column < y.Length; column += 2)
                {
                    double angle = ((double)start + row - first) * Math.Pow(Base, -(double)column / y.Length);
                    y[column] = (x[column] * scale) + T.CreateTruncating(Math.Sin(angle));
                    if (column + 1 < y.Length)
                    {
                        y[column + 1] = (x[column + 1] * scale) + T.CreateTruncating(Math.Cos(angle));
                    }
                }
            }
        }
    }

    /// <summary>∂L/∂x = c·∂L/∂y.</summary>
    /// <remarks>
    /// y_i = c·x_i + a constant, so that ∂y_i/∂x_i is c times the identity, and 0 for other rows: ∂L/∂x = c·∂L/∂y element by element.
    /// </remarks>
    /// <param name="gradOutput">∂L/∂y.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be gradOutput itself.</param>
    /// <param name="inputScale">c.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">c is not finite.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput, double inputScale = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScale(inputScale);
        Elementwise.Scale(gradOutput, T.CreateTruncating(inputScale), gradInput);
    }

    /// <exception cref="ArgumentOutOfRangeException">c is not finite.</exception>
    internal static void CheckScale(double inputScale)
    {
        if (!double.IsFinite(inputScale))
        {
            throw new ArgumentOutOfRangeException(nameof(inputScale), inputScale, $"The scale must be finite; it is {inputScale}.");
        }
    }
}
