using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Adds a learned vector for its position to each token of a sequence.</summary>
/// <remarks>
/// Positions count from 0 within each sequence.
/// <code>
/// PositionalEmbedding.Forward(tokens, new SequenceOffsets([0, 12, 20]), table, output);
/// </code>
/// </remarks>
public static class PositionalEmbedding
{
    /// <summary>yᵢ = xᵢ + P of p(i), where p(i) is the position of row i in its sequence.</summary>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="table">P, positions × features.</param>
    /// <param name="output">y, of the shape of the input, overwritten; may be the input itself, but must not share elements with the table.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, a sequence is longer than the table, or views share elements that must not; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input, SequenceOffsets sequences, ReadOnlyTensorView<T> table, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, table);
        Shape.CheckSame(input, output);
        Overlap.CheckSameOrDisjoint(input, output);
        Overlap.CheckDisjoint(table, output);
        for (int sequence = 0; sequence < sequences.Count && !input.IsEmpty; sequence++)
        {
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int position = 0; position < count; position++)
            {
                TensorPrimitives.Add(input.Row(first + position), table.Row(position), output.Row(first + position));
            }
        }
    }

    /// <summary>∂L/∂P of position p = Σ ∂L/∂yᵢ over the rows i at that position; ∂L/∂x = ∂L/∂y.</summary>
    /// <remarks>
    /// y_i is a sum, so its derivatives by x_i and by P_p(i) are both 1: ∂L/∂x_i = ∂L/∂y_i, which the caller has already.
    /// P_p reaches the loss through every row at position p, one of each sequence that is long enough:
    /// ∂L/∂P_p = Σ over p(i) = p of ∂L/∂y_i, added in the order of the rows. Positions that no sequence reaches have a gradient of 0.
    /// </remarks>
    /// <param name="sequences">The sequences.</param>
    /// <param name="gradOutput">∂L/∂y, the rows of all sequences × features.</param>
    /// <param name="gradTable">∂L/∂P, positions × features; it must not share elements with the gradient of the output.</param>
    /// <param name="accumulate">Whether the gradient is accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, a sequence is longer than the table, or views share elements that must not; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        SequenceOffsets sequences, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradTable, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(gradOutput, sequences, gradTable);
        Overlap.CheckDisjoint(gradOutput, gradTable);
        if (!accumulate)
        {
            gradTable.Clear();
        }

        for (int sequence = 0; sequence < sequences.Count && !gradOutput.IsEmpty; sequence++)
        {
            (int first, int count) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int position = 0; position < count; position++)
            {
                Span<T> gradient = gradTable.Row(position);
                TensorPrimitives.Add(gradient, gradOutput.Row(first + position), gradient);
            }
        }
    }

    private static void Check<T>(ReadOnlyTensorView<T> rows, SequenceOffsets sequences, ReadOnlyTensorView<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.Check(rows, sequences.Rows, table.Columns);
        for (int sequence = 0; sequence < sequences.Count; sequence++)
        {
            if (sequences.GetLength(sequence) > table.Rows)
            {
                throw new ArgumentException(
                    $"Sequence {sequence} has {sequences.GetLength(sequence)} rows; there are {table.Rows} positions.", nameof(sequences));
            }
        }
    }
}
