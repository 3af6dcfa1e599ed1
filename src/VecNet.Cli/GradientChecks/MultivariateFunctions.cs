namespace VecNet.Cli;

/// <summary>
/// The part of the catalog that holds functions of several tensors: those that <see cref="OperationCatalog{T}.Functions"/> cannot.
/// </summary>
/// <remarks>The file is long because each function is declared here once, with its samples.</remarks>
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
        new("RmsNorm", ["input", "scale"], OfRmsNorm),
        new("RmsNorm, without scale", ["input"], OfPlainRmsNorm),
        new("BatchNorm", ["input", "scale", "shift"], OfBatchNorm),
        new("Embedding", ["table"], OfEmbedding),
        .. VocabularyFunctions.All,
        new("GatedLinearUnit", ["input"], c => OfGate(c, GateFunction.Sigmoid)),
        new("GatedLinearUnit, SiLU", ["input"], c => OfGate(c, GateFunction.SiLU)),
        new("GatedLinearUnit, GELU", ["input"], c => OfGate(c, GateFunction.GELU)),
        new("GatedLinearUnit, GELU with tanh", ["input"], c => OfGate(c, GateFunction.GELUTanh)),
        new("GatedLinearUnit, ReLU", ["input"], c => OfGate(c, GateFunction.ReLU)),
        new("GatedLinearUnit, identity", ["input"], c => OfGate(c, GateFunction.Identity)),
        new("ScaledDotProductAttention", ["value", "key", "query"], OfCrossAttention),
        new("ScaledDotProductAttention, causal with linear biases", ["value", "key"], OfCausalAttention),
        new("PositionalEmbedding", ["table"], OfPositionalEmbedding),
        new("SinusoidalEncoding", ["input"], OfSinusoidalEncoding),
        new("RotaryEmbedding", ["input"], c => OfRotaryEmbedding(c, RotaryPairing.Interleaved)),
        new("RotaryEmbedding, halves", ["input"], c => OfRotaryEmbedding(c, RotaryPairing.Halves)),
        new("SequencePooling", ["input"], c => OfPooling(c, PoolingMode.Mean)),
        new("SequencePooling, sum", ["input"], c => OfPooling(c, PoolingMode.Sum)),
        new("SequencePooling, maximum", ["input"], c => OfPooling(c, PoolingMode.Max)),
        new("SequencePooling, first", ["input"], c => OfPooling(c, PoolingMode.First)),
        new("SequencePooling, last", ["input"], c => OfPooling(c, PoolingMode.Last)),
        .. RecurrentFunctions.All,
        .. ConvolutionFunctions.All,
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

    /// <remarks>The same, with one dimension more.</remarks>
    private static MultivariateFunction.Point OfRmsNorm(IGradientSample some)
    {
        MultivariateFunction.Point layerNorm = OfLayerNorm(some);
        return layerNorm with
        {
            Variables = layerNorm.Variables[..2],
            Constants = [new(layerNorm.Rows, 1)],
            Forward = (at, y) => RmsNorm.Forward(at[0], at[1], y, at.Constant(0), Epsilon),
            Backward = (at, g, gradients) => RmsNorm.Backward(at[0], at[1], at.Constant(0), g, gradients[0].View, gradients[1].View),
        };
    }

    private static MultivariateFunction.Point OfPlainRmsNorm(IGradientSample some)
    {
        MultivariateFunction.Point affine = OfRmsNorm(some);
        return affine with
        {
            Variables = [affine.Variables[0]],
            Forward = (at, y) => RmsNorm.Forward(at[0], default, y, at.Constant(0), Epsilon),
            Backward = (at, g, gradients) => RmsNorm.Backward(at[0], default, at.Constant(0), g, gradients[0].View, default),
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

    private static MultivariateFunction.Point OfGate(IGradientSample c, GateFunction gate) => new(
        [c.OfShape(c.Rows, 2 * c.Columns).Input(0)], [], c.Rows, c.Columns,
        (at, y) => GatedLinearUnit.Forward(at[0], y, gate),
        (at, g, gradients) => GatedLinearUnit.Backward(at[0], g, gradients[0].View, gate));

    /// <summary>Every sequence that has queries has more than one key.</summary>
    private static MultivariateFunction.Point OfCrossAttention(IGradientSample c) =>
        OfAttention(
            c, SampleSequences.Offsets(c.Rows), [.. SampleSequences.Offsets(c.Rows).Select((row, i) => row + (2 * i))], isCausal: false);

    /// <summary>One sequence, whose first token reads only itself: its query has no gradient.</summary>
    private static MultivariateFunction.Point OfCausalAttention(IGradientSample c) =>
        OfAttention(c, [0, 0, c.Rows], [0, 0, c.Rows], isCausal: true);

    /// <summary>The scale is so small that no weight is nearly 1, where it would not depend on queries and keys.</summary>
    private static MultivariateFunction.Point OfAttention(IGradientSample c, int[] queries, int[] keys, bool isCausal)
    {
        int heads = c.Columns % 2 == 0 && c.Outputs % 2 == 0 ? 2 : 1;
        var options = new AttentionOptions
        {
            Heads = heads,
            IsCausal = isCausal,
            AlibiSlopes = isCausal ? AttentionOptions.GetAlibiSlopes(heads) : null,
            Scale = 0.3 / Math.Sqrt(c.Columns),
        };
        int scratch = ScaledDotProductAttention.GetScratchLength(c.Columns, c.Outputs, heads);
        return new(
            [c.Values(keys[^1], c.Outputs, 4), c.Values(keys[^1], c.Columns, 3), c.Input()],
            [new(c.Rows, c.Outputs), new(c.Rows, heads), new(1, scratch)],
            c.Rows,
            c.Outputs,
            (at, y) =>
            {
                ScaledDotProductAttention.Forward(
                    at[2], at[1], at[0], new(queries), new(keys), at.Constant(0), at.Constant(1), options, at.Constant(2));
                at.Constant(0).CopyTo(y);
            },
            (at, g, gradients) => ScaledDotProductAttention.Backward(
                at[2], at[1], at[0], new(queries), new(keys), at.Constant(0), at.Constant(1), g,
                gradients[2].View, gradients[1].View, gradients[0].View, options, at.Constant(2)));
    }

    /// <summary>There is a position that no sequence reaches. The gradient of the input is that of the output.</summary>
    private static MultivariateFunction.Point OfPositionalEmbedding(IGradientSample c)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        return new(
            [c.Values(c.Rows + 1, c.Columns, 3)], [c.Input()], c.Rows, c.Columns,
            (at, y) => PositionalEmbedding.Forward(at.Constant(0), new(offsets), at[0], y),
            (at, g, gradients) => PositionalEmbedding.Backward(new(offsets), g, gradients[0].View));
    }

    private static MultivariateFunction.Point OfSinusoidalEncoding(IGradientSample c)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        return new(
            [c.Input()], [], c.Rows, c.Columns,
            (at, y) => SinusoidalEncoding.Forward(at[0], new(offsets), y, 1.5),
            (at, g, gradients) => SinusoidalEncoding.Backward(g, gradients[0].View, 1.5));
    }

    /// <summary>Two heads, in which a last feature is not rotated if their number is odd.</summary>
    private static MultivariateFunction.Point OfRotaryEmbedding(IGradientSample c, RotaryPairing pairing)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        var options = new RotaryOptions { Heads = 2, RotatedFeatures = c.Columns / 2 * 2, Pairing = pairing, Base = 10, Start = 1 };
        return new(
            [c.OfShape(c.Rows, 2 * c.Columns).Input()], [], c.Rows, 2 * c.Columns,
            (at, y) => RotaryEmbedding.Forward(at[0], new(offsets), y, options),
            (at, g, gradients) => RotaryEmbedding.Backward(g, new(offsets), gradients[0].View, options));
    }

    /// <summary>The elements of a column are so far apart that the steps of the check do not change which one is the largest.</summary>
    private static MultivariateFunction.Point OfPooling(IGradientSample c, PoolingMode mode)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        TensorBuffer<double> input = c.Input();
        for (int i = 0; i < input.Length; i++)
        {
            (int row, int column) = (i / c.Columns, i % c.Columns);
            input.Span[i] += 10 * ((row + column) % c.Rows);
        }

        int sequences = offsets.Length - 1;
        return new(
            [input], [new(sequences, c.Columns)], sequences, c.Columns,
            (at, y) =>
            {
                SequencePooling.Forward(at[0], new(offsets), at.Constant(0), mode);
                at.Constant(0).CopyTo(y);
            },
            (at, g, gradients) => SequencePooling.Backward(at[0], new(offsets), at.Constant(0), g, gradients[0].View, mode));
    }
}
