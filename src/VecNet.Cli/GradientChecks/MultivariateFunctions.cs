namespace VecNet.Cli;

/// <summary>
/// The part of the catalog that holds functions of several tensors: those that <see cref="OperationCatalog{T}.Functions"/> cannot.
/// </summary>
internal static class MultivariateFunctions
{
    /// <summary>Large enough that no row or column is so steep that differences lose its slope.</summary>
    private const double Epsilon = 0.1;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<MultivariateFunction> All { get; } =
    [
        new("Dropout", ["input"], OfDropout),
        new("FullyConnected", ["input", "weights", "bias"], OfFullyConnected),
        new("LayerNorm", ["input", "scale", "shift"], OfLayerNorm),
        new("LayerNorm, without scale and shift", ["input"], OfPlainLayerNorm),
        new("BatchNorm", ["input", "scale", "shift"], OfBatchNorm),
        new("Embedding", ["table"], OfEmbedding),
        new("SparseFullyConnected", ["weights", "bias"], OfSparseFullyConnected),
    ];

    private static MultivariateFunction.Point OfDropout(IGradientSample c)
    {
        var mask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.4, new SplitMix64(c.Seed), mask.View);
        return new(
            [c.Input()], [mask], c.Rows, c.Columns,
            (at, y) => Dropout.Forward(at[0], at.Constant(0), y),
            (at, g, gradients) => Dropout.Backward(at.Constant(0), g, gradients[0].View));
    }

    private static MultivariateFunction.Point OfFullyConnected(IGradientSample c) => new(
        [c.Input(), c.Values(c.Columns, c.Outputs, 3), c.Values(1, c.Outputs, 4)], [], c.Rows, c.Outputs,
        (at, y) => FullyConnected.Forward(at[0], at[1], at[2], y),
        (at, g, gradients) => FullyConnected.Backward(at[0], at[1], g, gradients[0].View, gradients[1].View, gradients[2].View));

    /// <remarks>
    /// The gradient of n normalized numbers has n − 2 dimensions, and almost none for two of them. In a single dimension it is 0 by chance
    /// once in a million cases, and then zeros would pass the check. With three rows this does not happen.
    /// </remarks>
    private static MultivariateFunction.Point OfLayerNorm(IGradientSample some)
    {
        IGradientSample c = some.Columns < 5 && some.Rows != 0 ? some.OfShape(Math.Max(3, some.Rows), some.Columns) : some;
        return OfNormalization(
            c, [new(c.Rows, 2)],
            (at, y) => LayerNorm.Forward(at[0], at[1], at[2], y, at.Constant(0), Epsilon),
            (at, g, gradients) =>
                LayerNorm.Backward(at[0], at[1], at.Constant(0), g, gradients[0].View, gradients[1].View, gradients[2].View));
    }

    private static MultivariateFunction.Point OfPlainLayerNorm(IGradientSample some)
    {
        MultivariateFunction.Point affine = OfLayerNorm(some);
        return affine with
        {
            Variables = [affine.Variables[0]],
            Forward = (at, y) => LayerNorm.Forward(at[0], default, default, y, at.Constant(0), Epsilon),
            Backward = (at, g, gradients) => LayerNorm.Backward(at[0], default, at.Constant(0), g, gradients[0].View, default, default),
        };
    }

    /// <remarks>
    /// Two rows at least, and then three columns, as for a layer's normalization. The running statistics do not affect the gradient.
    /// </remarks>
    private static MultivariateFunction.Point OfBatchNorm(IGradientSample some)
    {
        IGradientSample c = some.OfShape(Math.Max(2, some.Rows), some.Rows < 5 ? Math.Max(3, some.Columns) : some.Columns);
        return OfNormalization(
            c, [new(2, c.Columns), new(1, c.Columns), new(1, c.Columns)],
            (at, y) => BatchNorm.Forward(at[0], at[1], at[2], y, at.Constant(0), at.Constant(1), at.Constant(2), 0.1, Epsilon),
            (at, g, gradients) =>
                BatchNorm.Backward(at[0], at[1], at.Constant(0), g, gradients[0].View, gradients[1].View, gradients[2].View));
    }

    /// <summary>Its inputs are apart: numbers that are all the same are normalized to 0, and so is the scale's gradient.</summary>
    private static MultivariateFunction.Point OfNormalization(
        IGradientSample c,
        TensorBuffer<double>[] constants,
        MultivariateFunction.ForwardPass forward,
        MultivariateFunction.BackwardPass backward)
    {
        TensorBuffer<double> input = c.Input();
        for (int i = 0; i < input.Length; i++)
        {
            input.Span[i] += 1e-3 * (i + 1);
        }

        return new([input, c.Positive(1, c.Columns, 3), c.Values(1, c.Columns, 4)], constants, c.Rows, c.Columns, forward, backward);
    }

    /// <summary>By weights and bias, with columns of which some occur more than once in a row, and one that never does.</summary>
    private static MultivariateFunction.Point OfSparseFullyConnected(IGradientSample c)
    {
        int columns = c.Columns + 1;
        int[] starts = [.. Enumerable.Range(0, c.Rows + 1).Select(row => row * c.Columns)];
        TensorBuffer<double> indices = c.Indices(c.Rows, c.Columns, c.Columns, 5);
        TensorBuffer<double> values = c.Input();
        SparseRows<double> Input() => new(starts, [.. indices.Span.ToArray().Select(index => (int)index)], values.Span, columns);
        return new(
            [c.Values(columns, c.Outputs, 3), c.Values(1, c.Outputs, 4)], [indices, values], c.Rows, c.Outputs,
            (at, y) => SparseFullyConnected.Forward(Input().View, at[0], at[1], y),
            (at, g, gradients) => SparseFullyConnected.Backward(Input().View, g, gradients[0].View, gradients[1].View));
    }

    /// <summary>By its table, with indices of which some occur more than once, and entries of which one never does.</summary>
    private static MultivariateFunction.Point OfEmbedding(IGradientSample c)
    {
        const int Entries = 5;
        return new(
            [c.Values(Entries, c.Columns, 4)], [c.Indices(c.Rows, c.Outputs, Entries - 1, 5)], c.Rows, c.Outputs * c.Columns,
            (at, y) => Embedding.Forward(at.Constant(0), at[0], y),
            (at, g, gradients) => Embedding.Backward(at.Constant(0), g, gradients[0].View));
    }
}
