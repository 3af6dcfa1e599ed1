using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>The sum or the mean of vectors of a table that are looked up by index: a vector for each bag of words or categories.</summary>
/// <remarks>
/// It is an <see cref="Embedding"/> with a <see cref="SequencePooling"/>, without the memory for the vectors of all indices. A bag without
/// indices gives zeros.
/// <code>
/// EmbeddingBag.Forward([3, 17, 4, 8, 1], new SequenceOffsets([0, 3, 5]), weights: default, table, output, PoolingMode.Mean);
/// </code>
/// </remarks>
public static class EmbeddingBag
{
    /// <summary>
    /// For each bag b with indices xᵢ: y_b = Σᵢ wᵢ W of xᵢ, or their mean, (1/n) Σᵢ W of xᵢ, where n is the number of indices that are not
    /// the padding index.
    /// </summary>
    /// <remarks>The vectors are added in the order of their indices. Those of the padding index are left out.</remarks>
    /// <param name="indices">x, the indices of all bags, one bag after another.</param>
    /// <param name="bags">The offsets of the bags.</param>
    /// <param name="weights">w, a weight for each index, 1 × indices; or empty (default) for ones.</param>
    /// <param name="table">W, entries × dimension.</param>
    /// <param name="output">y, bags × dimension, overwritten; it must not share elements with the others.</param>
    /// <param name="mode"><see cref="PoolingMode.Sum"/>, or <see cref="PoolingMode.Mean"/>, which has no weights.</param>
    /// <param name="paddingIndex">The index that is left out; or null.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, a mean has weights, or the output shares elements with another view; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An index or the padding index is not in [0, entries), or the mode is neither sum nor mean; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        ReadOnlySpan<int> indices,
        SequenceOffsets bags,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> table,
        TensorView<T> output,
        PoolingMode mode,
        int? paddingIndex = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(indices, output);
        Run(IndexRows.OfOne(indices), bags, weights, table, output, mode, paddingIndex);
    }

    /// <summary>∂L/∂W and ∂L/∂w from g = ∂L/∂y.</summary>
    /// <remarks>
    /// y_b = Σ_i w_i W_e(i) with e(i) = x_i is linear in the table and in the weights. W_e reaches the loss through every bag and every i
    /// that looks it up: ∂L/∂W_e = Σ over x_i = e of w_i g_b(i), where b(i) is the bag of index i; of a mean, w_i is 1/n.
    /// w_i reaches it through its own bag: ∂L/∂w_i = Σ_j g_b(i)j W_e(i)j = g_b(i) · W_e(i), a product of two vectors.
    /// The padding index is left out of the sum, so that its vector and its weights have no gradient.
    /// </remarks>
    /// <param name="indices">x, as the forward pass received it.</param>
    /// <param name="bags">The offsets of the bags.</param>
    /// <param name="weights">w, as the forward pass received it.</param>
    /// <param name="table">W, as the forward pass received it; it is read for the gradient of weights only.</param>
    /// <param name="gradOutput">g, bags × dimension.</param>
    /// <param name="gradTable">∂L/∂W, entries × dimension.</param>
    /// <param name="gradWeights">∂L/∂w, 1 × indices, overwritten; or empty (default) to omit it.</param>
    /// <param name="mode">The mode of the forward pass.</param>
    /// <param name="paddingIndex">The index that is left out; or null.</param>
    /// <param name="accumulate">Whether the gradient of the table is accumulated instead of overwritten.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, a mean has weights, or a result shares elements with another view; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An index or the padding index is not in [0, entries), or the mode is neither sum nor mean; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        ReadOnlySpan<int> indices,
        SequenceOffsets bags,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> table,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradTable,
        TensorView<T> gradWeights,
        PoolingMode mode,
        int? paddingIndex = null,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IndexRows<int> rows = IndexRows.OfOne(indices);
        Shape.CheckSame(table, gradTable);
        Shape.Check(gradOutput, bags.Count, table.Columns);
        Check(rows, bags, weights, table, mode, paddingIndex);
        Overlap.CheckDisjoint(indices, gradTable);
        CheckApart(gradTable, nameof(gradTable), weights, table, gradOutput);
        if (gradWeights.Columns != 0)
        {
            Shape.Check<T>(gradWeights, 1, indices.Length);
            Overlap.CheckDisjoint(indices, gradWeights);
            CheckApart(gradWeights, nameof(gradWeights), weights, table, gradOutput);
            Overlap.CheckDisjoint<T>(gradTable, gradWeights);
        }

        AddRows(rows, bags, weights, gradOutput, gradTable, mode, paddingIndex, touched: null, accumulate);
        for (int bag = 0; bag < bags.Count && gradWeights.Columns != 0; bag++)
        {
            (int first, int count) = bags[bag].GetOffsetAndLength(bags.Rows);
            for (int i = first; i < first + count; i++)
            {
                gradWeights[0, i] = indices[i] == paddingIndex ? T.Zero : Reductions.Dot(gradOutput.Row(bag), table.Row(indices[i]));
            }
        }
    }

    /// <summary>The forward pass, where the output is apart from the indices; each row of indices belongs to the bag of its row.</summary>
    internal static void Run<T, TIndex>(
        IndexRows<TIndex> indices,
        SequenceOffsets bags,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> table,
        TensorView<T> output,
        PoolingMode mode,
        int? paddingIndex)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        Shape.Check<T>(output, bags.Count, table.Columns);
        Check(indices, bags, weights, table, mode, paddingIndex);
        Overlap.CheckDisjoint(weights, output);
        Overlap.CheckDisjoint(table, output);
        for (int bag = 0; bag < bags.Count; bag++)
        {
            Span<T> y = output.Row(bag);
            y.Clear();
            (int first, int rows) = bags[bag].GetOffsetAndLength(bags.Rows);
            int count = 0;
            for (int i = first * indices.Columns; i < (first + rows) * indices.Columns; i++)
            {
                int entry = indices.At(i);
                if (entry == paddingIndex)
                {
                    continue;
                }

                count++;
                if (weights.Columns == 0)
                {
                    TensorPrimitives.Add(y, table.Row(entry), y);
                }
                else
                {
                    TensorPrimitives.MultiplyAdd(table.Row(entry), weights[0, i], y, y);
                }
            }

            if (mode == PoolingMode.Mean && count > 0)
            {
                TensorPrimitives.Divide(y, T.CreateChecked(count), y);
            }
        }
    }

    /// <summary>
    /// The gradient of the table, or, with a set of touched rows, what is added to a sparse gradient; the operands have been checked.
    /// </summary>
    internal static void AddRows<T, TIndex>(
        IndexRows<TIndex> indices,
        SequenceOffsets bags,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradTable,
        PoolingMode mode,
        int? paddingIndex,
        TouchedRows? touched,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        if (touched is null && !accumulate)
        {
            gradTable.Clear();
        }

        for (int bag = 0; bag < bags.Count; bag++)
        {
            (int first, int rows) = bags[bag].GetOffsetAndLength(bags.Rows);
            (int start, int end) = (first * indices.Columns, (first + rows) * indices.Columns);
            int count = 0;
            for (int i = start; i < end; i++)
            {
                count += indices.At(i) == paddingIndex ? 0 : 1;
            }

            T share = mode == PoolingMode.Mean && count > 0 ? T.One / T.CreateChecked(count) : T.One;
            for (int i = start; i < end; i++)
            {
                int entry = indices.At(i);
                if (entry != paddingIndex)
                {
                    touched?.Add(entry);
                    Span<T> gradient = gradTable.Row(entry);
                    TensorPrimitives.MultiplyAdd(gradOutput.Row(bag), weights.Columns == 0 ? share : weights[0, i], gradient, gradient);
                }
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The mode is neither sum nor mean.</exception>
    internal static void CheckMode(PoolingMode mode)
    {
        if (mode is not (PoolingMode.Sum or PoolingMode.Mean))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode of a bag must be the sum or the mean.");
        }
    }

    private static void Check<T, TIndex>(
        IndexRows<TIndex> indices,
        SequenceOffsets bags,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> table,
        PoolingMode mode,
        int? paddingIndex)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TIndex : unmanaged, INumber<TIndex>
    {
        ElementType.Check<T>();
        CheckMode(mode);
        if (indices.Rows != bags.Rows)
        {
            throw new ArgumentException($"The bags have {bags.Rows} indices together; there are {indices.Rows}.", nameof(indices));
        }

        if (weights.Columns != 0)
        {
            Shape.Check(weights, 1, bags.Rows);
            if (mode == PoolingMode.Mean)
            {
                throw new ArgumentException("A mean has no weights, as in PyTorch.", nameof(weights));
            }
        }

        indices.Check(table.Rows);
        Embedding.CheckPadding(paddingIndex, table.Rows);
    }

    private static void CheckApart<T>(
        TensorView<T> result, string name, ReadOnlyTensorView<T> weights, ReadOnlyTensorView<T> table, ReadOnlyTensorView<T> gradOutput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(weights, result, nameof(weights), name);
        Overlap.CheckDisjoint(table, result, nameof(table), name);
        Overlap.CheckDisjoint(gradOutput, result, nameof(gradOutput), name);
    }
}
