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

    private static int[] Integers(IGradientSample c, int count) =>
        [.. c.Indices(1, count, Entries - 1, 5).Span.ToArray().Select(index => (int)index)];
}
