using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>The embedding's passes by themselves, and with an optimiser's step as a network runs them.</summary>
internal static class VecNetEmbeddingRuns
{
    internal static (Action<int> Run, Func<float[][]> Results) Of(LayerRow row, LayerOperands operands)
    {
        var indices = new TensorBuffer<float>(row.Rows, row.Columns);
        for (int i = 0; i < indices.Length; i++)
        {
            indices.Span[i] = operands.Indices[i];
        }

        return row.Pass == LayerPass.Step ? Step(row, operands, indices) : Passes(row, operands, indices);
    }

    private static (Action<int> Run, Func<float[][]> Results) Passes(LayerRow row, LayerOperands operands, TensorBuffer<float> indices)
    {
        if (row.Pass == LayerPass.Forward)
        {
            var y = new TensorBuffer<float>(row.Rows, row.Columns * LayerRow.Dimension);
            return (calls => Forward(calls, indices.View, operands.Table.View, y.View), () => [y.Span.ToArray()]);
        }

        var gradTable = new TensorBuffer<float>(LayerRow.Entries, LayerRow.Dimension);
        return (calls => Backward(calls, indices.View, operands.GradOutput.View, gradTable.View), () => [gradTable.Span.ToArray()]);
    }

    private static (Action<int> Run, Func<float[][]> Results) Step(LayerRow row, LayerOperands operands, TensorBuffer<float> indices)
    {
        var layer = new Embedding<float>(LayerRow.Entries, LayerRow.Dimension, sparseGradient: row.Kind == LayerKind.SparseEmbedding);
        var network = new NeuralNetwork<float>(row.Columns, [layer]);
        operands.Table.View.CopyTo(network.ParametersOf(0)[0]);
        Workspace<float> workspace = network.CreateTrainingWorkspace(row.Rows);
        var optimizer = new Sgd<float>(LayerRow.LearningRate);
        network.Forward(indices.View, workspace);
        return (Run, () => [network.ParametersOf(0)[0].AsSpan().ToArray()]);

        void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                network.Backward(indices.View, operands.GradOutput.View, workspace);
                network.Step(optimizer);
            }
        }
    }

    private static void Forward(int calls, ReadOnlyTensorView<float> indices, ReadOnlyTensorView<float> table, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            Embedding.Forward(indices, table, y);
        }
    }

    private static void Backward(int calls, ReadOnlyTensorView<float> indices, ReadOnlyTensorView<float> g, TensorView<float> gradTable)
    {
        for (int call = 0; call < calls; call++)
        {
            Embedding.Backward(indices, g, gradTable);
        }
    }
}
