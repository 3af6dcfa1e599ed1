using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Activations, a method for each: in one for all, the compiler takes those that did not run first for unlikely and inlines nothing into them.</summary>
internal static class VecNetActivationRuns
{
    internal static (Action<int> Run, Func<float[][]> Results) Of(LayerRow row, LayerOperands operands)
    {
        TensorBuffer<float> x = operands.Input, g = operands.GradOutput;
        TensorBuffer<float> saved = new(row.Rows, row.Columns), y = new(row.Rows, row.Columns);
        Action<int> forward = row.Kind switch
        {
            LayerKind.LeakyReLU => calls => LeakyReLUForward(calls, x.View, saved.View),
            LayerKind.Elu => calls => EluForward(calls, x.View, saved.View),
            LayerKind.Gelu => calls => GeluForward(calls, x.View, saved.View),
            LayerKind.GeluTanh => calls => GeluTanhForward(calls, x.View, saved.View),
            LayerKind.SiLU => calls => SiLUForward(calls, x.View, saved.View),
            LayerKind.Softplus => calls => SoftplusForward(calls, x.View, saved.View),
            _ => throw new NotSupportedException($"There is no {row.Kind}."),
        };
        if (row.Pass == LayerPass.Forward)
        {
            return (forward, () => [saved.Span.ToArray()]);
        }

        forward(1);
        Action<int> backward = row.Kind switch
        {
            LayerKind.LeakyReLU => calls => LeakyReLUBackward(calls, saved.View, g.View, y.View),
            LayerKind.Elu => calls => EluBackward(calls, saved.View, g.View, y.View),
            LayerKind.Gelu => calls => GeluBackward(calls, x.View, g.View, y.View),
            LayerKind.GeluTanh => calls => GeluTanhBackward(calls, x.View, g.View, y.View),
            LayerKind.SiLU => calls => SiLUBackward(calls, x.View, g.View, y.View),
            LayerKind.Softplus => calls => SoftplusBackward(calls, saved.View, g.View, y.View),
            _ => throw new NotSupportedException($"There is no {row.Kind}."),
        };
        return (backward, () => [y.Span.ToArray()]);
    }

    private static void LeakyReLUForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            LeakyReLU.Forward(x, y);
        }
    }

    private static void LeakyReLUBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            LeakyReLU.Backward(saved, g, gradInput);
        }
    }

    private static void EluForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            Elu.Forward(x, y);
        }
    }

    private static void EluBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            Elu.Backward(saved, g, gradInput);
        }
    }

    private static void GeluForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            Gelu.Forward(x, y);
        }
    }

    private static void GeluBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            Gelu.Backward(saved, g, gradInput);
        }
    }

    private static void GeluTanhForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            GeluTanh.Forward(x, y);
        }
    }

    private static void GeluTanhBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            GeluTanh.Backward(saved, g, gradInput);
        }
    }

    private static void SiLUForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            SiLU.Forward(x, y);
        }
    }

    private static void SiLUBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            SiLU.Backward(saved, g, gradInput);
        }
    }

    private static void SoftplusForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            Softplus.Forward(x, y);
        }
    }

    private static void SoftplusBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            Softplus.Backward(saved, g, gradInput);
        }
    }
}
