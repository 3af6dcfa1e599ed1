using System.Numerics;

namespace VecNet;

/// <summary>
/// The affine map y = x·W + b of rows of which only some elements are stored. Its cost is that of the stored elements: it is an embedding
/// bag with weights, PyTorch's <c>EmbeddingBag(mode='sum')</c> with <c>per_sample_weights</c>, and a bias.
/// </summary>
public static class SparseFullyConnected
{
    /// <summary>y = x·W + b: yᵢⱼ = bⱼ + Σₚ xᵢₚ·wₚⱼ, over the stored elements of row i.</summary>
    /// <remarks>
    /// Row p of W is read only where x has an element in column p. An element that is not stored adds nothing, even if a weight is infinite
    /// or NaN.
    /// </remarks>
    /// <param name="input">x, batch × inputs.</param>
    /// <param name="weights">W, inputs × outputs.</param>
    /// <param name="bias">b, 1 × outputs, added to every row; or empty.</param>
    /// <param name="output">y, batch × outputs, overwritten; it must not share elements with the others.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index of the input is not one of a column; nothing has been written.</exception>
    public static void Forward<T>(
        SparseRowsView<T> input, ReadOnlyTensorView<T> weights, ReadOnlyTensorView<T> bias, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.Check(weights, input.Columns, output.Columns);
        Shape.Check<T>(output, input.Rows, weights.Columns);
        if (bias.Columns != 0)
        {
            Shape.Check(bias, 1, weights.Columns);
            Overlap.CheckDisjoint(bias, output);
        }

        Overlap.CheckDisjoint(weights, output);
        Overlap.CheckDisjoint((ReadOnlyTensorView<T>)input.Values, output, nameof(input));
        Overlap.CheckDisjoint(input.Indices, output, nameof(input));
        Overlap.CheckDisjoint(input.Starts, output, nameof(input));
        input.CheckIndices(nameof(input));
        if (!output.IsEmpty)
        {
            SparseProductLoop.Multiply(input, weights, bias.Columns == 0 ? default : bias.Row(0), output);
        }
    }

    /// <summary>∂L/∂W = xᵀ·g and ∂L/∂b = Σᵢ gᵢ, with g = ∂L/∂y.</summary>
    /// <remarks>
    /// y_ij = b_j + Σ_p x_ip w_pj, so ∂y_ij/∂w_pj = x_ip and ∂y_ij/∂b_j = 1; every other derivative by W and b is 0.
    /// w_pj reaches the loss through output j of the rows i that have an element in column p: ∂L/∂w_pj = Σ_i x_ip g_ij, a sum over the
    /// stored elements of column p, in the order of the rows. Rows of W whose column has no element have the gradient 0.
    /// b_j reaches it through output j of every row: ∂L/∂b_j = Σ_i g_ij.
    /// There is no gradient by x, since sparse features are the input of a network.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> received it.</param>
    /// <param name="gradOutput">g = ∂L/∂y, batch × outputs.</param>
    /// <param name="gradWeights">∂L/∂W, inputs × outputs.</param>
    /// <param name="gradBias">∂L/∂b, 1 × outputs; or empty where there is no bias.</param>
    /// <param name="accumulate">
    /// Whether the gradients are accumulated instead of overwritten. Overwriting clears all of ∂L/∂W first.
    /// </param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a result shares elements with another view; nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index of the input is not one of a column; nothing has been written.</exception>
    public static void Backward<T>(
        SparseRowsView<T> input,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradWeights,
        TensorView<T> gradBias,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.Check(gradOutput, input.Rows, gradWeights.Columns);
        Shape.Check<T>(gradWeights, input.Columns, gradOutput.Columns);
        CheckDisjoint(input, gradOutput, gradWeights, nameof(gradWeights));
        if (gradBias.Columns != 0)
        {
            Shape.Check<T>(gradBias, 1, gradOutput.Columns);
            CheckDisjoint(input, gradOutput, gradBias, nameof(gradBias));
            Overlap.CheckDisjoint<T>(gradWeights, gradBias);
        }

        input.CheckIndices(nameof(input));
        if (gradBias.Columns != 0)
        {
            ColumnReductions.Sum(gradOutput, gradBias.Span, accumulate);
        }

        if (!accumulate)
        {
            gradWeights.Clear();
        }

        AddRows(input, gradOutput, gradWeights, touched: null);
    }

    /// <summary>
    /// Adds ∂L/∂W to a gradient, of which only the rows that belong to columns with elements are read and written. The caller has checked
    /// everything.
    /// </summary>
    internal static void AddRows<T>(
        SparseRowsView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradWeights, TouchedRows? touched)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (input.IsEmpty || gradOutput.IsEmpty)
        {
            return;
        }

        touched?.AddAll(input.Indices[input.Starts[0]..input.Starts[^1]]);
        SparseProductLoop.AddTransposed(input, gradOutput, gradWeights);
    }

    private static void CheckDisjoint<T>(
        SparseRowsView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> result, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint((ReadOnlyTensorView<T>)input.Values, result, nameof(input), name);
        Overlap.CheckDisjoint(input.Indices, result, nameof(input), name);
        Overlap.CheckDisjoint(input.Starts, result, nameof(input), name);
        Overlap.CheckDisjoint(gradOutput, result, nameof(gradOutput), name);
    }
}
