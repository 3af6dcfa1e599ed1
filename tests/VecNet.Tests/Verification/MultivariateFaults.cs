namespace VecNet.Tests;

/// <summary>Faults of the backward passes of functions of several tensors.</summary>
internal static class MultivariateFaults
{
    public static IEnumerable<PlantedFault> All =>
    [
        .. from function in MultivariateFunctions.All
           from variable in Enumerable.Range(0, function.Variables.Count)
           from spoiling in Spoiling.All
           select Planted(function, variable, spoiling.Fault, (at, g, gradients) =>
           {
               at.Backward(at, g, gradients);
               spoiling.Spoil(gradients[variable].View);
           }),
        .. Dropouts(),
        .. FullyConnecteds(),
        .. Normalizations("LayerNorm", byRow: true),
        .. Normalizations("RmsNorm", byRow: true),
        .. Normalizations("BatchNorm", byRow: false),
        .. Embeddings(),
        .. Attentions(),
        Planted("GatedLinearUnit", 0, "the gate taken as a constant", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            gradients[0].View.SliceColumns(at.Columns, at.Columns).Clear();
        }),
        Planted("PositionalEmbedding", 0, "positions count from 1", (at, g, gradients) =>
        {
            gradients[0].View.SliceRows(0, 1).Clear();
            PositionalEmbedding.Backward(new(SampleSequences.Offsets(at.Rows)), g, gradients[0].View.SliceRows(1, at.Rows));
        }),
        Planted("RotaryEmbedding", 0, "not rotated back", (at, g, gradients) =>
        {
            int columns = at.Columns / 2;
            var options = new RotaryOptions { Heads = 2, RotatedFeatures = columns / 2 * 2, Base = 10, Start = 1 };
            RotaryEmbedding.Forward(g, new(SampleSequences.Offsets(at.Rows)), gradients[0].View, options);
        }),
        Planted("SinusoidalEncoding", 0, "not scaled", (at, g, gradients) => g.CopyTo(gradients[0].View)),
        Planted("SequencePooling", 0, "the sum instead of the mean", (at, g, gradients) => Pooled(at, g, gradients, PoolingMode.Sum)),
        Planted("SequencePooling, maximum", 0, "the first row", (at, g, gradients) => Pooled(at, g, gradients, PoolingMode.First)),
        .. RecurrentFaults.All,
        .. ConvolutionFaults.All,
        .. VocabularyFaults.All,
        .. SparseFullyConnecteds(),
    ];

    private static void Pooled(
        MultivariateFunction.Point at, ReadOnlyTensorView<double> g, TensorBuffer<double>[] gradients, PoolingMode mode) =>
        SequencePooling.Backward(
            at[0], new(SampleSequences.Offsets(at.Variables[0].Rows)), at.Constant(0), g, gradients[0].View, mode);

    private static IEnumerable<PlantedFault> Dropouts() =>
    [
        Planted("Dropout", 0, "a fresh mask", (at, g, gradients) =>
        {
            var fresh = new TensorBuffer<double>(at.Rows, at.Columns);
            Dropout.FillMask(0.4, new SplitMix64(99), fresh.View);
            Dropout.Backward(fresh.View, g, gradients[0].View);
        }),
        Planted("Dropout", 0, "no mask", (_, g, gradients) => g.CopyTo(gradients[0].View)),
        Planted("Dropout", 0, "dropped but not scaled", (at, g, gradients) =>
            Spoiling.ByElement((m, _, gradient) => m == 0 ? 0 : gradient)(at.Constant(0), at.Constant(0), g, gradients[0].View)),
    ];

    private static IEnumerable<PlantedFault> FullyConnecteds()
    {
        const string Name = "FullyConnected";
        const int Input = 0, Weights = 1, Bias = 2;
        return
        [
            Planted(Name, Input, "transposed weights, where they are square", (at, g, gradients) =>
                MatMul.Multiply(g, at[1], gradients[0].View), square: true),
            Planted(Name, Input, "transposed weights, read in the other shape", (at, g, gradients) =>
                MatMul.Multiply(g, at[1].AsSpan().AsView(at[1].Columns, at[1].Rows), gradients[0].View)),
            Planted(Name, Weights, "transposed, where it is square", (at, g, gradients) =>
                MatMul.MultiplyTransposeA(g, at[0], gradients[1].View), square: true),
            Planted(Name, Weights, "transposed, written in the other shape", (at, g, gradients) =>
                MatMul.MultiplyTransposeA(g, at[0], gradients[1].Span.AsView(at[1].Columns, at[1].Rows))),
            Planted(Name, Weights, "of the batch's first row only", (at, g, gradients) =>
                MatMul.MultiplyTransposeA(at[0].SliceRows(0, 1), g.SliceRows(0, 1), gradients[1].View)),
            Planted(Name, Weights, "the batch's mean instead of its sum", (at, g, gradients) => MeanOfBatch(at, g, gradients, Weights)),
            Planted(Name, Bias, "of the batch's first row only", (_, g, gradients) => g.SliceRows(0, 1).CopyTo(gradients[2].View)),
            Planted(Name, Bias, "not summed: the last row remains", (_, g, gradients) =>
                g.SliceRows(g.Rows - 1, 1).CopyTo(gradients[2].View)),
            Planted(Name, Bias, "the batch's mean instead of its sum", (at, g, gradients) => MeanOfBatch(at, g, gradients, Bias)),
        ];

        static void MeanOfBatch(MultivariateFunction.Point at, ReadOnlyTensorView<double> g, TensorBuffer<double>[] gradients, int variable)
        {
            at.Backward(at, g, gradients);
            Elementwise.Scale(gradients[variable].View, 1.0 / at.Rows, gradients[variable].View);
        }
    }

    private static IEnumerable<PlantedFault> Normalizations(string name, bool byRow) =>
    [
        // g·γ·r alone.
        Planted(name, 0, "mean and deviation taken as constants", (at, g, gradients) =>
        {
            TensorView<double> statistics = at.Constant(0);
            for (int i = 0; i < g.Rows; i++)
            {
                for (int j = 0; j < g.Columns; j++)
                {
                    double r = byRow ? statistics[i, statistics.Columns - 1] : statistics[1, j];
                    gradients[0].View[i, j] = g[i, j] * at[1][0, j] * r;
                }
            }
        }),
        Planted(name, 1, "of the input instead of the normalized one", (at, g, gradients) =>
        {
            gradients[1].View.Clear();
            for (int i = 0; i < g.Rows; i++)
            {
                for (int j = 0; j < g.Columns; j++)
                {
                    gradients[1].Span[j] += g[i, j] * at[0][i, j];
                }
            }
        }),
    ];

    private static IEnumerable<PlantedFault> Embeddings() =>
    [
        Planted("Embedding", 0, "the last of repeated indices wins", (at, g, gradients) =>
        {
            TensorView<double> indices = at.Constant(0), gradTable = gradients[0].View;
            gradTable.Clear();
            for (int i = 0; i < indices.Length; i++)
            {
                (int row, int position) = (i / indices.Columns, i % indices.Columns);
                ReadOnlyTensorView<double> gradient = g.Slice(row, position * gradTable.Columns, 1, gradTable.Columns);
                gradient.CopyTo(gradTable.SliceRows((int)indices[row, position], 1));
            }
        }),
        Planted("Embedding", 0, "entries that are not looked up keep what was there", (at, g, gradients) =>
            Embedding.Backward(at.Constant(0), g, gradients[0].View, accumulate: true)),
    ];

    private static IEnumerable<PlantedFault> Attentions()
    {
        const string Cross = "ScaledDotProductAttention", Causal = "ScaledDotProductAttention, causal with linear biases";
        const int Value = 0, Key = 1, Query = 2;
        return
        [
            Planted(Cross, Query, "not scaled", (at, g, gradients) => Unscaled(at, g, gradients, Query)),
            Planted(Cross, Key, "not scaled", (at, g, gradients) => Unscaled(at, g, gradients, Key)),
            Planted(Cross, Value, "sequences read each other", (at, g, gradients) =>
                Backward(at, g, gradients, [0, at.Rows], [0, at.Variables[Key].Rows], new())),
            Planted(Causal, Value, "later tokens read", (at, g, gradients) =>
                Backward(at, g, gradients, [0, 0, at.Rows], [0, 0, at.Rows], new())),
        ];

        static void Unscaled(MultivariateFunction.Point at, ReadOnlyTensorView<double> g, TensorBuffer<double>[] gradients, int variable)
        {
            at.Backward(at, g, gradients);
            Elementwise.Scale(gradients[variable].View, Math.Sqrt(at.Variables[variable].Columns) / 0.3, gradients[variable].View);
        }

        static void Backward(
            MultivariateFunction.Point at, ReadOnlyTensorView<double> g, TensorBuffer<double>[] gradients, int[] queries, int[] keys,
            AttentionOptions options)
        {
            options = options with { Heads = at.Constant(1).Columns, Scale = 0.3 / Math.Sqrt(at.Variables[Query].Columns) };
            ScaledDotProductAttention.Backward(
                at[Query], at[Key], at[Value], new(queries), new(keys), at.Constant(0), at.Constant(1), g,
                gradients[Query].View, gradients[Key].View, gradients[Value].View, options, at.Constant(2));
        }
    }
    private static IEnumerable<PlantedFault> SparseFullyConnecteds() =>
    [
        Planted("SparseFullyConnected", 0, "the last of the elements in a column wins", (at, g, gradients) =>
        {
            TensorView<double> indices = at.Constant(0), values = at.Constant(1), gradWeights = gradients[0].View;
            gradWeights.Clear();
            for (int i = 0; i < indices.Length; i++)
            {
                (int row, int place) = (i / indices.Columns, i % indices.Columns);
                Elementwise.Scale(g.SliceRows(row, 1), values[row, place], gradWeights.SliceRows((int)indices[row, place], 1));
            }
        }),
        Planted("SparseFullyConnected", 0, "all elements weigh 1", (at, g, gradients) =>
        {
            TensorView<double> indices = at.Constant(0), gradWeights = gradients[0].View;
            gradWeights.Clear();
            for (int i = 0; i < indices.Length; i++)
            {
                TensorView<double> row = gradWeights.SliceRows((int)indices[i / indices.Columns, i % indices.Columns], 1);
                Elementwise.Add(row, g.SliceRows(i / indices.Columns, 1), row);
            }
        }),
        Planted("SparseFullyConnected", 0, "columns without elements keep what was there", (at, g, gradients) =>
        {
            double[] before = gradients[0].Span.ToArray();
            at.Backward(at, g, gradients);
            for (int i = 0; i < before.Length; i++)
            {
                gradients[0].Span[i] += before[i];
            }
        }),
        Planted("SparseFullyConnected", 1, "of the batch's first row only", (_, g, gradients) =>
            g.SliceRows(0, 1).CopyTo(gradients[1].View)),
    ];

    internal static PlantedFault Planted(
        string name, int variable, string fault, MultivariateFunction.BackwardPass faulty, bool square = false) =>
        Planted(FunctionChecks.Multivariate[name], variable, fault, faulty, square);

    private static PlantedFault Planted(
        MultivariateFunction function, int variable, string fault, MultivariateFunction.BackwardPass faulty, bool square = false) => new(
        $"{function.Name} {function.Variables[variable]}",
        fault,
        nameof(FunctionGradientTests.A_function_of_several_tensors_by_one_of_them),
        (c, planted) => function.Check(variable, c, planted ? faulty : null),
        square);
}
