namespace VecNet.Cli;

/// <summary>The functions of vocabularies among <see cref="MultivariateFunctions"/>.</summary>
internal static class VocabularyFunctions
{
    private const int Entries = 5;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<MultivariateFunction> All { get; } =
    [
        new("Embedding, integers", ["table"], OfIntegers),
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

    private static MultivariateFunction.Point OfProjection(IGradientSample c) => new(
        [c.Input(), c.Values(c.Outputs, c.Columns, 3), c.Values(1, c.Outputs, 4)], [], c.Rows, c.Outputs,
        (at, y) => VocabularyProjection.Forward(at[0], at[1], at[2], y),
        (at, g, gradients) => VocabularyProjection.Backward(at[0], at[1], g, gradients[0].View, gradients[1].View, gradients[2].View));

    /// <summary>
    /// The mean cross-entropy of the rows that are not ignored, in blocks of two rows. There are two classes at least: the loss of a single
    /// one is constant.
    /// </summary>
    private static MultivariateFunction.Point OfLoss(IGradientSample c)
    {
        int classes = c.Outputs + 1;
        int[] targets = [.. Enumerable.Range(0, c.Rows).Select(row => row % 3 == 1 ? OperationCatalog<double>.IgnoredClass : row % classes)];
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: OperationCatalog<double>.IgnoredClass);
        int rows = c.Rows == 0 ? 0 : 1;
        return new(
            [c.Input(), c.Values(classes, c.Columns, 3), c.Values(1, classes, 4)],
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
