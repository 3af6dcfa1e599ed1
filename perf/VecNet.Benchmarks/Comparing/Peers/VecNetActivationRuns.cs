using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>The activations of the catalogue. Each is compiled on its own: what is called here is a delegate, whose call is a hundredth of the shortest row.</summary>
internal static class VecNetActivationRuns
{
    internal static (Action<int> Run, Func<float[][]> Results) Of(LayerRow row, LayerOperands operands)
    {
        ActivationLayer<float> function = OperationCatalog<float>.Functions.Single(function => function.Name == row.Function).Default;
        TensorBuffer<float> x = operands.Input, g = operands.GradOutput;
        TensorBuffer<float> output = new(row.Rows, row.Columns), gradInput = new(row.Rows, row.Columns);
        if (row.Pass == LayerPass.Forward)
        {
            return (Forward, () => [output.Span.ToArray()]);
        }

        Forward(1);
        return (Backward, () => [gradInput.Span.ToArray()]);

        void Forward(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                function.Forward(x.View, output.View);
            }
        }

        void Backward(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                function.Backward(x.View, output.View, g.View, gradInput.View);
            }
        }
    }
}
