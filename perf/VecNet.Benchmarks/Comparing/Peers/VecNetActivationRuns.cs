using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>
/// The activations of the catalog: any of them by its layer, and those with a method of their own by a call that the compiler can inline, as in a program that calls nothing
/// else in a loop. That takes some 20 ns less.
/// </summary>
internal static class VecNetActivationRuns
{
    internal static (Action<int> Run, Func<float[][]> Results) Of(LayerRow row, LayerOperands operands)
    {
        ActivationLayer<float> function = OperationCatalog<float>.Functions.Single(function => function.Name == row.Function).Default;
        TensorBuffer<float> x = operands.Input, g = operands.GradOutput;
        TensorBuffer<float> saved = new(row.Rows, row.Columns), y = new(row.Rows, row.Columns);
        Action<int> forward = row.Function switch
        {
            "LeakyReLU" => calls => LeakyReLUForward(calls, x.View, saved.View),
            "ELU" => calls => ELUForward(calls, x.View, saved.View),
            "GELU" => calls => GELUForward(calls, x.View, saved.View),
            "GELUTanh" => calls => GELUTanhForward(calls, x.View, saved.View),
            "SiLU" => calls => SiLUForward(calls, x.View, saved.View),
            "Softplus" => calls => SoftplusForward(calls, x.View, saved.View),
            _ => calls => Forward(calls, function, x.View, saved.View),
        };
        if (row.Pass == LayerPass.Forward)
        {
            return (forward, () => [saved.Span.ToArray()]);
        }

        forward(1);
        Action<int> backward = row.Function switch
        {
            "LeakyReLU" => calls => LeakyReLUBackward(calls, saved.View, g.View, y.View),
            "ELU" => calls => ELUBackward(calls, saved.View, g.View, y.View),
            "GELU" => calls => GELUBackward(calls, x.View, g.View, y.View),
            "GELUTanh" => calls => GELUTanhBackward(calls, x.View, g.View, y.View),
            "SiLU" => calls => SiLUBackward(calls, x.View, g.View, y.View),
            "Softplus" => calls => SoftplusBackward(calls, saved.View, g.View, y.View),
            _ => calls => Backward(calls, function, x.View, saved.View, g.View, y.View),
        };
        return (backward, () => [y.Span.ToArray()]);
    }

    private static void Forward(int calls, ActivationLayer<float> function, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            function.Forward(x, y);
        }
    }

    private static void Backward(
        int calls, ActivationLayer<float> function, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> y, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            function.Backward(x, y, g, gradInput);
        }
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

    private static void ELUForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            ELU.Forward(x, y);
        }
    }

    private static void ELUBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            ELU.Backward(saved, g, gradInput);
        }
    }

    private static void GELUForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            GELU.Forward(x, y);
        }
    }

    private static void GELUBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            GELU.Backward(saved, g, gradInput);
        }
    }

    private static void GELUTanhForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            GELUTanh.Forward(x, y);
        }
    }

    private static void GELUTanhBackward(int calls, ReadOnlyTensorView<float> saved, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            GELUTanh.Backward(saved, g, gradInput);
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
