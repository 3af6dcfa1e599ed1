using System.Numerics;

namespace VecNet;

/// <summary>
/// Convolution over the rows of each sequence (PyTorch's <c>conv1d</c>, a cross-correlation): an output row is computed from a window of
/// input rows, which never reaches into another sequence.
/// </summary>
/// <remarks>
/// <para>
/// The weights are (input channels / groups · kernel size) × output channels: row c · kernel size + j has the weights of tap j for channel
/// c of the group. This is the transpose of PyTorch's tensor of output channels × (input channels / groups) × kernel size.
/// </para>
/// <para>
/// The results of a sequence have the same bits alone or in any batch, and on any number of threads. No memory is needed: for one tap,
/// the input rows of all output rows of a sequence are a view, whose row stride is the stride of the convolution.
/// </para>
/// <code>
/// var options = new Conv1dOptions { KernelSize = 3, Padding = Conv1dPadding.Valid, Stride = 2 };
/// int[] outputOffsets = new int[sequences.Count + 1];
/// Conv1d.GetOutputOffsets(sequences, outputOffsets, options);
/// var output = new TensorBuffer&lt;float&gt;(outputOffsets[^1], outputChannels);
/// Conv1d.Forward(input, sequences, weights, bias, output.View, options);
/// </code>
/// </remarks>
public static class Conv1d
{
    /// <summary>Gets the offsets of the sequences of the output.</summary>
    /// <param name="sequences">The sequences of the input.</param>
    /// <param name="destination">
    /// The offsets, one more than there are sequences, overwritten; it may be the memory of the input's offsets.
    /// </param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static void GetOutputOffsets(SequenceOffsets sequences, Span<int> destination, Conv1dOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (destination.Length != sequences.Count + 1)
        {
            throw new ArgumentException(
                $"There are {sequences.Count + 1} offsets; the destination has {destination.Length}.", nameof(destination));
        }

        ReadOnlySpan<int> offsets = sequences.AsSpan();
        destination[0] = 0;
        for (int i = 1, start = 0, rows = 0; i < destination.Length; i++)
        {
            int end = offsets[i];
            rows += options.CountOutputs(end - start);
            destination[i] = rows;
            start = end;
        }
    }

    /// <summary>
    /// For each sequence: y_to = b_o + Σ_c Σ_j x_(t·stride + j·dilation − p),c · w_cjo, where c are the input channels of the group of o, j
    /// the taps and p the zeros before the sequence.
    /// </summary>
    /// <remarks>
    /// Rows outside of the sequence count as 0: their products are omitted, even if a weight is NaN. The bias comes first, then the taps in
    /// their order.
    /// </remarks>
    /// <param name="input">x, the rows of all sequences × input channels.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="weights">w, (input channels / groups · kernel size) × output channels.</param>
    /// <param name="bias">b, 1 × output channels; or empty (default).</param>
    /// <param name="output">
    /// y, the output rows of all sequences (see <see cref="GetOutputOffsets"/>) × output channels, overwritten; it must not share elements
    /// with the others.
    /// </param>
    /// <param name="options">The options.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or the number of threads is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the output shares elements with another view; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> bias,
        TensorView<T> output,
        Conv1dOptions options,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, weights, options, threads);
        Shape.Check<T>(output, CountRows(sequences, options), weights.Columns);
        Overlap.CheckDisjoint(input, output);
        Overlap.CheckDisjoint(weights, output);
        if (bias.Columns != 0)
        {
            Shape.Check(bias, 1, weights.Columns);
            Overlap.CheckDisjoint(bias, output);
        }

        for (int row = 0; row < output.Rows; row++)
        {
            Span<T> y = output.Row(row);
            if (bias.Columns == 0)
            {
                y.Clear();
            }
            else
            {
                bias.Row(0).CopyTo(y);
            }
        }

        TapProducts.Add(
            TapProducts.Product.Output, input, weights, output, sequences, options, weights.Columns, input.Columns, threads);
    }

    /// <summary>∂L/∂x, ∂L/∂w and ∂L/∂b from g = ∂L/∂y.</summary>
    /// <remarks>
    /// With r = t·stride + j·dilation − p, the input row that tap j reads for output row t, the forward pass is
    /// y_to = b_o + Σ_cj x_rc w_cjo: a sum over taps j of matrix products, x's rows r by the weights w_j of the tap.
    /// x_rc reaches the loss through all taps j and rows t that read r: ∂L/∂x_r = Σ_j g_t · w_jᵀ, where t is the row that reads r by tap j.
    /// w_cjo reaches it through all rows t: ∂L/∂w_cjo = Σ_t x_rc g_to, so that ∂L/∂w_j = x_rᵀ · g, over the rows r that tap j reads.
    /// b_o is added to each row: ∂L/∂b_o = Σ_t g_to. Sums over t are over all sequences, in their order; rows r outside of a sequence are
    /// constants, which have no gradient. A row that no window reads gets 0.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> received it.</param>
    /// <param name="sequences">The sequences of the input.</param>
    /// <param name="weights">w, as <see cref="Forward"/> received it.</param>
    /// <param name="gradOutput">g = ∂L/∂y, of the shape of the output.</param>
    /// <param name="gradInput">∂L/∂x, of the shape of the input, overwritten; or empty (default) to omit it.</param>
    /// <param name="gradWeights">∂L/∂w, of the shape of the weights.</param>
    /// <param name="gradBias">∂L/∂b, 1 × output channels; or empty (default) where there is no bias.</param>
    /// <param name="options">The options of the forward pass.</param>
    /// <param name="accumulate">Whether the gradients of weights and bias are accumulated instead of overwritten.</param>
    /// <param name="threads">The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it.
    /// Results do not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or the number of threads is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or a result shares elements with another view; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        ReadOnlyTensorView<T> weights,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        TensorView<T> gradWeights,
        TensorView<T> gradBias,
        Conv1dOptions options,
        bool accumulate = false,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, weights, options, threads);
        Shape.Check(gradOutput, CountRows(sequences, options), weights.Columns);
        Shape.Check<T>(gradWeights, weights.Rows, weights.Columns);
        CheckApart(input, weights, gradOutput, gradWeights);
        if (gradInput.Columns != 0)
        {
            Shape.CheckSame(input, gradInput);
            CheckApart(input, weights, gradOutput, gradInput);
            Overlap.CheckDisjoint<T>(gradWeights, gradInput);
        }

        if (gradBias.Columns != 0)
        {
            Shape.Check<T>(gradBias, 1, weights.Columns);
            CheckApart(input, weights, gradOutput, gradBias);
            Overlap.CheckDisjoint<T>(gradWeights, gradBias);
            Overlap.CheckDisjoint<T>(gradInput, gradBias);
            ColumnReductions.Sum(gradOutput, gradBias.Span, accumulate);
        }

        if (!accumulate)
        {
            gradWeights.Clear();
        }

        TapProducts.Add(
            TapProducts.Product.GradWeights, input, gradOutput, gradWeights, sequences, options, weights.Columns, input.Columns, threads);
        if (gradInput.Columns != 0)
        {
            gradInput.Clear();
            TapProducts.Add(
                TapProducts.Product.GradInput, gradOutput, weights, gradInput, sequences, options, weights.Columns, input.Columns, threads);
        }
    }

    internal static int CountRows(SequenceOffsets sequences, Conv1dOptions options)
    {
        int rows = 0;
        for (int sequence = 0; sequence < sequences.Count; sequence++)
        {
            rows += options.CountOutputs(sequences.GetLength(sequence));
        }

        return rows;
    }

    private static void Check<T>(
        ReadOnlyTensorView<T> input, SequenceOffsets sequences, ReadOnlyTensorView<T> weights, Conv1dOptions options, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        options.Check();
        Shape.Check(input, sequences.Rows, input.Columns);
        CheckChannels(input.Columns, weights.Columns, options.Groups, nameof(options));
        Shape.Check(weights, checked(input.Columns / options.Groups * options.KernelSize), weights.Columns);
    }

    /// <exception cref="ArgumentException">There are no channels, or they cannot be divided.</exception>
    internal static void CheckChannels(int inputs, int outputs, int groups, string name)
    {
        if (inputs == 0 || outputs == 0 || inputs % groups != 0 || outputs % groups != 0)
        {
            throw new ArgumentException(
                $"{inputs} input channels and {outputs} output channels cannot be divided among {groups} groups.", name);
        }
    }

    private static void CheckApart<T>(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> weights, ReadOnlyTensorView<T> gradOutput, TensorView<T> written)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(input, written);
        Overlap.CheckDisjoint(weights, written);
        Overlap.CheckDisjoint(gradOutput, written);
    }
}
