using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Makes one row of the rows of each sequence: their mean, sum or maximum, or the first or last one.</summary>
/// <remarks>
/// A sequence without rows gives zeros, in every mode.
/// <code>
/// SequencePooling.Forward(tokens, new SequenceOffsets([0, 12, 20]), output, PoolingMode.Mean);
/// </code>
/// </remarks>
public static class SequencePooling
{
    /// <summary>
    /// For each sequence s of n rows xᵢ, by mode: yₛ = (1/n) Σ xᵢ, Σ xᵢ, the maximum over i of each column, the first xᵢ, or the last.
    /// </summary>
    /// <remarks>Rows are added in their order. A NaN is the maximum of its column.</remarks>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">y, sequences × features, overwritten; it must not share elements with the input.</param>
    /// <param name="mode">How rows become one.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or views share elements that must not; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The mode is unknown.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, SequenceOffsets sequences, TensorView<T> output, PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, mode);
        Shape.Check<T>(output, sequences.Count, input.Columns);
        Overlap.CheckDisjoint(input, output);
        for (int sequence = 0; sequence < sequences.Count && input.Columns > 0; sequence++)
        {
            Span<T> y = output.Row(sequence);
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            Pool(input.SliceRows(first, count), y, mode);
        }
    }

    /// <summary>One row of the given rows; zeros if there is none.</summary>
    internal static void Pool<T>(ReadOnlyTensorView<T> rows, Span<T> y, PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.Rows == 0)
        {
            y.Clear();
            return;
        }

        rows.Row(mode == PoolingMode.Last ? rows.Rows - 1 : 0).CopyTo(y);
        for (int row = 1; row < rows.Rows && mode is not (PoolingMode.First or PoolingMode.Last); row++)
        {
            if (mode == PoolingMode.Max)
            {
                TensorPrimitives.Max(y, rows.Row(row), y);
            }
            else
            {
                TensorPrimitives.Add(y, rows.Row(row), y);
            }
        }

        if (mode == PoolingMode.Mean)
        {
            TensorPrimitives.Divide(y, T.CreateChecked(rows.Rows), y);
        }
    }

    /// <summary>∂L/∂x of the rows of each sequence from ∂L/∂y of its one row, g.</summary>
    /// <remarks>
    /// y is linear in the rows except for the maximum. Mean: ∂y/∂x_i = 1/n, so every row gets g/n. Sum: ∂y/∂x_i = 1, so every row gets g.
    /// First and last: y is one of the rows, which gets g, and all others get 0.
    /// Maximum: y_j moves with the largest element of column j alone, which gets g_j, and all others get 0. Of equal elements the first
    /// gets it, as in PyTorch. A sequence without rows has no gradient.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">y, as <see cref="Forward"/> wrote it.</param>
    /// <param name="gradOutput">∂L/∂y, of the shape of the output.</param>
    /// <param name="gradInput">∂L/∂x, of the shape of the input, overwritten; it must not share elements with the others.</param>
    /// <param name="mode">The mode of the forward pass.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the gradient shares elements with another view; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The mode is unknown.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, mode);
        Shape.Check(output, sequences.Count, input.Columns);
        Shape.CheckSame(output, gradOutput);
        Shape.CheckSame(input, gradInput);
        Overlap.CheckDisjoint(input, gradInput);
        Overlap.CheckDisjoint(output, gradInput);
        Overlap.CheckDisjoint(gradOutput, gradInput);
        for (int sequence = 0; sequence < sequences.Count && !input.IsEmpty; sequence++)
        {
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            TensorView<T> gradient = gradInput.SliceRows(first, count);
            ReadOnlySpan<T> g = gradOutput.Row(sequence);
            if (mode is PoolingMode.Mean or PoolingMode.Sum)
            {
                T divisor = mode == PoolingMode.Mean ? T.CreateChecked(count) : T.One;
                for (int row = 0; row < count; row++)
                {
                    TensorPrimitives.Divide(g, divisor, gradient.Row(row));
                }

                continue;
            }

            gradient.Clear();
            if (mode == PoolingMode.Max)
            {
                ToLargest(input.SliceRows(first, count), output.Row(sequence), g, gradient);
            }
            else if (count > 0)
            {
                g.CopyTo(gradient.Row(mode == PoolingMode.First ? 0 : count - 1));
            }
        }
    }

    /// <summary>Adds the gradient of each column to that of its first element that is the maximum.</summary>
    internal static void ToLargest<T>(
        ReadOnlyTensorView<T> x, ReadOnlySpan<T> maximum, ReadOnlySpan<T> g, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int column = 0; column < x.Columns; column++)
        {
            for (int row = 0; row < x.Rows; row++)
            {
                if (x[row, column] == maximum[column] || T.IsNaN(x[row, column]))
                {
                    gradient[row, column] += g[column];
                    break;
                }
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The mode is unknown.</exception>
    internal static void CheckMode(PoolingMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown pooling mode.");
        }
    }

    private static void Check<T>(ReadOnlyTensorView<T> input, SequenceOffsets sequences, PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckMode(mode);
        Shape.Check(input, sequences.Rows, input.Columns);
    }
}
