namespace VecNet.Cli;

/// <summary>The functions of vocabularies among <see cref="MultivariateFunctions"/>.</summary>
internal static class VocabularyFunctions
{
    private const int Entries = 5;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<MultivariateFunction> All { get; } =
    [
        new("Embedding, integers", ["table"], OfIntegers),
        new("EmbeddingBag", ["table"], c => OfBag(c, PoolingMode.Mean)),
        new("EmbeddingBag, weighted sum", ["table", "weights"], c => OfBag(c, PoolingMode.Sum)),
        new("Pool1d", ["input"], c => OfWindows(c, PoolingMode.Max, new() { KernelSize = 3 })),
        new("Pool1d, mean", ["input"], c => OfWindows(c, PoolingMode.Mean, new() { KernelSize = 3, Padding = Conv1dPadding.Causal })),
        new("Pool1d, strides and dilation", ["input"], c => OfWindows(c, PoolingMode.Max, new()
        {
            KernelSize = 2, Padding = Conv1dPadding.Causal, Stride = 2, Dilation = 2,
        })),
        new("VocabularyProjection", ["hidden", "table", "bias"], OfProjection),
        new("ProjectedLoss", ["hidden", "table", "bias"], OfLoss),
    ];

    /// <summary>By the table, with indices of which some occur more than once, and entries of which one never does.</summary>
    private static MultivariateFunction.Point OfIntegers(IGradientSample c)
    {
        int[] indices = Integers(c, c.Rows * c.Outputs);
        return new(
            [c.Values(Entries, c.Columns, 4)], [], c.Rows, c.Outputs * c.Columns,
            (at, y) => Embedding.Forward(indices, at[0], y),
            (at, g, gradients) => Embedding.Backward(indices, g, gradients[0].View));
    }

    /// <summary>Bags of the sample's sequences, of which one has no index.</summary>
    private static MultivariateFunction.Point OfBag(IGradientSample c, PoolingMode mode)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        int[] indices = Integers(c, c.Rows);
        bool isWeighted = mode == PoolingMode.Sum;
        TensorBuffer<double> table = c.Values(Entries, c.Columns, 4);
        return new(
            isWeighted ? [table, c.Values(1, c.Rows, 3)] : [table], [], offsets.Length - 1, c.Columns,
            (at, y) => EmbeddingBag.Forward(indices, new(offsets), isWeighted ? at[1] : default, at[0], y, mode),
            (at, g, gradients) => EmbeddingBag.Backward(
                indices, new(offsets), isWeighted ? at[1] : default, at[0], g, gradients[0].View, isWeighted ? gradients[1].View : default,
                mode));
    }

    /// <summary>
    /// The elements of a column are so far apart that the steps of the check do not change which one of a window is the largest.
    /// </summary>
    private static MultivariateFunction.Point OfWindows(IGradientSample c, PoolingMode mode, Conv1dOptions options)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        int[] outputOffsets = new int[offsets.Length];
        Conv1d.GetOutputOffsets(new(offsets), outputOffsets, options);
        TensorBuffer<double> input = c.Input();
        for (int i = 0; i < input.Length; i++)
        {
            input.Span[i] += 10 * (((i / c.Columns) + (i % c.Columns)) % c.Rows);
        }

        return new(
            [input], [new(outputOffsets[^1], c.Columns)], outputOffsets[^1], c.Columns,
            (at, y) =>
            {
                Pool1d.Forward(at[0], new(offsets), at.Constant(0), options, mode);
                at.Constant(0).CopyTo(y);
            },
            (at, g, gradients) => Pool1d.Backward(at[0], new(offsets), at.Constant(0), g, gradients[0].View, options, mode));
    }

    private static MultivariateFunction.Point OfProjection(IGradientSample c) => new(
        [c.Input(), c.Values(c.Outputs, c.Columns, 3), c.Values(1, c.Outputs, 4)], [], c.Rows, c.Outputs,
        (at, y) => VocabularyProjection.Forward(at[0], at[1], at[2], y),
        (at, g, gradients) => VocabularyProjection.Backward(at[0], at[1], g, gradients[0].View, gradients[1].View, gradients[2].View));

    /// <summary>
    /// The mean cross-entropy of the rows that are not ignored, in blocks of two rows. There are two classes at least: the loss of a single
    /// one is constant. The logits are small: where a probability is nearly 1, the gradient vanishes.
    /// </summary>
    private static MultivariateFunction.Point OfLoss(IGradientSample c)
    {
        int classes = c.Outputs + 1;
        const int Ignored = OperationCatalog<double>.IgnoredClass;
        int[] targets = [.. Enumerable.Range(0, c.Rows).Select(row => row % 3 == 1 ? Ignored : row % classes)];
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: Ignored);
        int rows = c.Rows == 0 ? 0 : 1;
        TensorBuffer<double> hidden = c.Input();
        TensorBuffer<double> bias = c.Values(1, classes, 4);
        Elementwise.Scale(hidden.View, 0.1 / Math.Sqrt(c.Columns), hidden.View);
        Elementwise.Scale(bias.View, 0.1, bias.View);
        return new(
            [hidden, c.Values(classes, c.Columns, 3), bias],
            [new(2, ProjectedLoss.GetScratchColumns(classes))], rows, rows,
            (at, y) =>
            {
                double value = ProjectedLoss.Forward(loss, at[0], at[1], at[2], targets, at.Constant(0));
                y.Fill(value);
            },
            (at, g, gradients) =>
            {
                ProjectedLoss.ForwardBackward(
                    loss, at[0], at[1], at[2], targets, gradients[0].View, gradients[1].View, gradients[2].View, at.Constant(0));
                foreach (TensorBuffer<double> gradient in gradients)
                {
                    Elementwise.Scale(gradient.View, g.IsEmpty ? 1 : g[0, 0], gradient.View);
                }
            });
    }

    private static int[] Integers(IGradientSample c, int count) =>
        [.. c.Indices(1, count, Entries - 1, 5).Span.ToArray().Select(index => (int)index)];
}
