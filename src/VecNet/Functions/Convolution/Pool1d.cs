using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>
/// The maximum or the mean of each column over windows of rows (PyTorch's <c>max_pool1d</c> and <c>avg_pool1d</c>); a window never reaches
/// into another sequence.
/// </summary>
/// <remarks>
/// Rows outside of the sequence do not count: the mean is that of the rows inside, as with <c>count_include_pad=False</c> in PyTorch. A
/// window without a row gives zeros. The offsets of the output are those of a convolution with the same options.
/// <code>
/// var options = new Conv1dOptions { KernelSize = 2, Stride = 2, Padding = Conv1dPadding.Valid };
/// int[] outputOffsets = new int[sequences.Count + 1];
/// Conv1d.GetOutputOffsets(sequences, outputOffsets, options);
/// var output = new TensorBuffer&lt;float&gt;(outputOffsets[^1], input.Columns);
/// Pool1d.Forward(input, sequences, output.View, options, PoolingMode.Max);
/// </code>
/// </remarks>
public static class Pool1d
{
    /// <summary>
    /// For each sequence: y_t is the maximum or the mean of the rows x_r with r = t·stride + j·dilation − p, for all taps j.
    /// </summary>
    /// <remarks>Rows are added in their order. A NaN is the maximum of its column.</remarks>
    /// <param name="input">x, the rows of all sequences × features.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">
    /// y, the output rows of all sequences (see <see cref="Conv1d.GetOutputOffsets"/>) × features, overwritten; it must not share elements
    /// with the input.
    /// </param>
    /// <param name="options">The windows; they have no groups.</param>
    /// <param name="mode"><see cref="PoolingMode.Max"/> or <see cref="PoolingMode.Mean"/>.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or views share elements that must not; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is out of range, or the mode is neither maximum nor mean; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> input, SequenceOffsets sequences, TensorView<T> output, Conv1dOptions options, PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, options, mode);
        Shape.Check<T>(output, Conv1d.CountRows(sequences, options), input.Columns);
        Overlap.CheckDisjoint(input, output);
        int next = 0;
        for (int sequence = 0; sequence < sequences.Count && input.Columns > 0; sequence++)
        {
            (int first, int length) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int t = 0, rows = options.CountOutputs(length); t < rows; t++)
            {
                Range window = WindowOf(t, length, options);
                SequencePooling.Pool(Rows(input, first, window, options), output.Row(next++), mode);
            }
        }
    }

    /// <summary>∂L/∂x from g = ∂L/∂y.</summary>
    /// <remarks>
    /// A row of x reaches the loss through every window that it is in, so that its gradient is a sum over them.
    /// Mean of n rows: ∂y_t/∂x_r = 1/n, so every row of the window gets g_t/n.
    /// Maximum: y_tj moves with the largest element of column j alone, which gets g_tj; of equal elements the first, as in PyTorch.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="output">y, as <see cref="Forward"/> wrote it.</param>
    /// <param name="gradOutput">∂L/∂y, of the shape of the output.</param>
    /// <param name="gradInput">∂L/∂x, of the shape of the input, overwritten; it must not share elements with the others.</param>
    /// <param name="options">The options of the forward pass.</param>
    /// <param name="mode">The mode of the forward pass.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the gradient shares elements with another view; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is out of range, or the mode is neither maximum nor mean; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        SequenceOffsets sequences,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        Conv1dOptions options,
        PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(input, sequences, options, mode);
        Shape.Check(output, Conv1d.CountRows(sequences, options), input.Columns);
        Shape.CheckSame(output, gradOutput);
        Shape.CheckSame(input, gradInput);
        Overlap.CheckDisjoint(input, gradInput);
        Overlap.CheckDisjoint(output, gradInput);
        Overlap.CheckDisjoint(gradOutput, gradInput);
        gradInput.Clear();
        int next = 0;
        for (int sequence = 0; sequence < sequences.Count && input.Columns > 0; sequence++)
        {
            (int first, int length) = sequences[sequence].GetOffsetAndLength(sequences.Rows);
            for (int t = 0, rows = options.CountOutputs(length); t < rows; t++, next++)
            {
                Range window = WindowOf(t, length, options);
                ReadOnlyTensorView<T> x = Rows(input, first, window, options);
                if (mode == PoolingMode.Max)
                {
                    SequencePooling.ToLargest(x, output.Row(next), gradOutput.Row(next), Rows(gradInput, first, window, options));
                    continue;
                }

                for (int row = 0; row < x.Rows; row++)
                {
                    Span<T> gradient = gradInput.Row(first + window.Start.Value + (row * options.Dilation));
                    TensorPrimitives.MultiplyAdd(gradOutput.Row(next), T.One / T.CreateChecked(x.Rows), gradient, gradient);
                }
            }
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The mode is neither maximum nor mean.</exception>
    internal static void CheckMode(PoolingMode mode)
    {
        if (mode is not (PoolingMode.Max or PoolingMode.Mean))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode of a window must be the maximum or the mean.");
        }
    }

    /// <summary>The rows of a window that are inside of a sequence: the first one, and the end of the last one.</summary>
    private static Range WindowOf(int t, int length, Conv1dOptions options)
    {
        int start = (t * options.Stride) - options.PaddingBefore;
        int end = int.Min(start + options.Extent + 1, length);
        int outside = start >= 0 ? 0 : (-start + options.Dilation - 1) / options.Dilation;
        start += outside * options.Dilation;
        return start >= end ? 0..0 : start..end;
    }

    /// <summary>Every n-th row of a window, where n is the dilation.</summary>
    private static TensorView<T> Rows<T>(TensorView<T> view, int first, Range window, Conv1dOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int start, int end) = (window.Start.Value, window.End.Value);
        TensorView<T> whole = view.SliceRows(first + start, end - start);
        int rows = (end - start + options.Dilation - 1) / options.Dilation;
        return rows <= 1 ? whole.SliceRows(0, rows) : new(whole.Span, rows, whole.Columns, whole.RowStride * options.Dilation);
    }

    private static ReadOnlyTensorView<T> Rows<T>(ReadOnlyTensorView<T> view, int first, Range window, Conv1dOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int start, int end) = (window.Start.Value, window.End.Value);
        ReadOnlyTensorView<T> whole = view.SliceRows(first + start, end - start);
        int rows = (end - start + options.Dilation - 1) / options.Dilation;
        return rows <= 1 ? whole.SliceRows(0, rows) : new(whole.Span, rows, whole.Columns, whole.RowStride * options.Dilation);
    }

    private static void Check<T>(ReadOnlyTensorView<T> input, SequenceOffsets sequences, Conv1dOptions options, PoolingMode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        CheckMode(mode);
        if (options.Groups != 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Groups, "Windows have no groups of channels.");
        }

        Shape.Check(input, sequences.Rows, input.Columns);
    }
}
