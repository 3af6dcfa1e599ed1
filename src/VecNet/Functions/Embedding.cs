using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>A table of vectors, looked up by index, for words or categories.</summary>
/// <remarks>
/// The gradient of the table is dense: its rows are zeroed and the gradient of each looked-up row is added to its row. It is part of a
/// network's flat buffer, so that optimizers and clipping treat it like any other; the time of a step is proportional to the size of the
/// table.
/// </remarks>
public static class Embedding
{
    /// <summary>yᵢ = [W of xᵢ₀, W of xᵢ₁, …]: for each index of a row, the table's row of that index, concatenated.</summary>
    /// <param name="indices">x, batch × positions: integers of at least 0 and below the number of entries. float represents them exactly up
    /// to 2²⁴.</param>
    /// <param name="table">W, entries × dimension.</param>
    /// <param name="output">y, batch × (positions · dimension), overwritten; it must not share elements with the others.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not an integer in [0, entries); nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> indices, ReadOnlyTensorView<T> table, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(indices, output);
        Gather(IndexRows.Of(indices), table, output);
    }

    /// <summary>The same for indices that are integers, of any size.</summary>
    /// <param name="indices">x, the positions of all rows of the output, one row after another.</param>
    /// <param name="table">W, entries × dimension.</param>
    /// <param name="output">y, batch × (positions · dimension), overwritten; it must not share elements with the others.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in [0, entries); nothing has been written.</exception>
    public static void Forward<T>(ReadOnlySpan<int> indices, ReadOnlyTensorView<T> table, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(indices, output);
        Gather(IndexRows.Of<T>(indices, output, table.Columns), table, output);
    }

    /// <summary>∂L/∂W of entry e = Σ ∂L/∂y over all positions where e was looked up; 0 for an entry that was not.</summary>
    /// <remarks>
    /// y_ip = W_e with e = x_ip: a copy, so that ∂y_ip/∂W_e is the identity for the entry looked up there and 0 for all others.
    /// W_e reaches the loss through every position (i, p) that looks it up: ∂L/∂W_e = Σ over x_ip = e of ∂L/∂y_ip. The terms are added in
    /// the order of the rows, and within a row of the positions. The indices have no gradient: y does not change with a small change of
    /// them. The entry for padding is left out: it does not change, as in PyTorch.
    /// </remarks>
    /// <param name="indices">x, as the forward pass received it.</param>
    /// <param name="gradOutput">∂L/∂y, batch × (positions · dimension).</param>
    /// <param name="gradTable">∂L/∂W, entries × dimension; it must not share elements with the others.</param>
    /// <param name="paddingIndex">An entry that gets no gradient; or null.</param>
    /// <param name="accumulate">Whether the gradient is accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the gradient shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not an integer in [0, entries), or the padding index is not; nothing
    /// has been written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> indices, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradTable, int? paddingIndex = null,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(indices, gradTable);
        AddRows(IndexRows.Of(indices), gradOutput, gradTable, paddingIndex, touched: null, accumulate);
    }

    /// <summary>The same for indices that are integers, of any size.</summary>
    /// <param name="indices">x, as the forward pass received it.</param>
    /// <param name="gradOutput">∂L/∂y, batch × (positions · dimension).</param>
    /// <param name="gradTable">∂L/∂W, entries × dimension; it must not share elements with the others.</param>
    /// <param name="paddingIndex">An entry that gets no gradient; or null.</param>
    /// <param name="accumulate">Whether the gradient is accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the gradient shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in [0, entries), or the padding index is not; nothing has been
    /// written.</exception>
    public static void Backward<T>(
        ReadOnlySpan<int> indices, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradTable, int? paddingIndex = null,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(indices, gradTable);
        AddRows(IndexRows.Of(indices, gradOutput, gradTable.Columns), gradOutput, gradTable, paddingIndex, touched: null, accumulate);
    }

    /// <summary>
    /// The gradient of the table, or, with a set of touched rows, what is added to a sparse gradient, whose other rows are zero and are
    /// neither read nor written.
    /// </summary>
    internal static void AddRows<T, TIndex>(
        IndexRows<TIndex> indices,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradTable,
        int? paddingIndex,
        TouchedRows? touched,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        CheckShapes(indices, gradTable, gradOutput, nameof(gradOutput));
        Overlap.CheckDisjoint(gradOutput, gradTable);
        indices.Check(gradTable.Rows);
        CheckPadding(paddingIndex, gradTable.Rows);
        if (touched is null && !accumulate)
        {
            gradTable.Clear();
        }

        int dimension = gradTable.Columns;
        for (int row = 0; row < gradOutput.Rows && !gradOutput.IsEmpty; row++)
        {
            ReadOnlySpan<T> g = gradOutput.Row(row);
            ReadOnlySpan<TIndex> x = indices.Row(row);
            for (int position = 0; position < x.Length; position++)
            {
                int entry = int.CreateTruncating(x[position]);
                if (entry != paddingIndex)
                {
                    touched?.Add(entry);
                    Span<T> gradient = gradTable.Row(entry);
                    TensorPrimitives.Add(gradient, g.Slice(position * dimension, dimension), gradient);
                }
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The padding index is not in the table.</exception>
    internal static void CheckPadding(int? paddingIndex, int entries)
    {
        if (paddingIndex is { } padding && (uint)padding >= (uint)entries)
        {
            throw new ArgumentOutOfRangeException(
                nameof(paddingIndex), padding, $"The padding index is {padding}; it must be from 0 to {entries - 1}.");
        }
    }

    /// <summary>The forward pass, where the output is apart from the indices.</summary>
    internal static void Gather<T, TIndex>(IndexRows<TIndex> indices, ReadOnlyTensorView<T> table, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        CheckShapes(indices, table, output, nameof(output));
        Overlap.CheckDisjoint(table, output);
        indices.Check(table.Rows);
        if (!output.IsEmpty)
        {
            RowGather.Run(indices, table, output);
        }
    }

    private static void CheckShapes<T, TIndex>(
        IndexRows<TIndex> indices, ReadOnlyTensorView<T> table, ReadOnlyTensorView<T> values, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        ElementType.Check<T>();
        long columns = (long)indices.Columns * table.Columns;
        if (values.Rows != indices.Rows || values.Columns != columns)
        {
            throw new ArgumentException(
                $"{name} is {values.Rows}×{values.Columns}; for {indices.Rows}×{indices.Columns} indices into a table of "
                + $"{table.Rows}×{table.Columns} it must be {indices.Rows}×{columns}.",
                name);
        }
    }
}
