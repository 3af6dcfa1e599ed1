using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Log-softmax and the normalisations.</summary>
internal static class VecNetRowRuns
{
    internal static (Action<int> Run, Func<float[][]> Results) Of(LayerRow row, LayerOperands operands)
    {
        TensorBuffer<float> x = operands.Input, g = operands.GradOutput, gamma = operands.Gamma, beta = operands.Beta;
        bool isOfRows = row.Kind == LayerKind.LayerNorm;
        var y = new TensorBuffer<float>(row.Rows, row.Columns);
        var statistics = isOfRows ? new TensorBuffer<float>(row.Rows, 2) : new TensorBuffer<float>(2, row.Columns);
        TensorBuffer<float> mean = TensorBuffer<float>.CopyOf(beta.View), variance = TensorBuffer<float>.CopyOf(operands.Variance.View);
        TensorBuffer<float> gradGamma = new(1, row.Columns), gradBeta = new(1, row.Columns), saved = new(row.Rows, row.Columns);
        float[][] Output() => [y.Span.ToArray()];
        float[][] Gradients() => [y.Span.ToArray(), gradGamma.Span.ToArray(), gradBeta.Span.ToArray()];
        switch (row.Kind, row.Pass)
        {
            case (LayerKind.LogSoftmax, LayerPass.Forward):
                return (calls => LogSoftmaxForward(calls, x.View, y.View), Output);
            case (LayerKind.LogSoftmax, _):
                LogSoftmax.Forward<float>(x.View, saved.View);
                return (calls => LogSoftmaxBackward(calls, saved.View, g.View, y.View), Output);
            case (LayerKind.LayerNorm, LayerPass.Forward):
                return (calls => LayerNormForward(calls, x.View, gamma.View, beta.View, y.View, statistics.View), Output);
            case (LayerKind.LayerNorm, _):
                LayerNorm.Forward<float>(x.View, gamma.View, beta.View, y.View, statistics.View);
                return (calls => LayerNormBackward(calls, x.View, gamma.View, statistics.View, g.View, y.View, gradGamma.View, gradBeta.View), Gradients);
            case (LayerKind.BatchNorm, LayerPass.Forward):
                return (
                    calls => BatchNormForward(calls, x.View, gamma.View, beta.View, y.View, statistics.View, mean.View, variance.View),
                    () => [y.Span.ToArray(), mean.Span.ToArray(), variance.Span.ToArray()]);
            case (LayerKind.BatchNorm, _):
                BatchNorm.Forward<float>(x.View, gamma.View, beta.View, y.View, statistics.View, mean.View, variance.View);
                return (calls => BatchNormBackward(calls, x.View, gamma.View, statistics.View, g.View, y.View, gradGamma.View, gradBeta.View), Gradients);
            default:
                return (calls => BatchNormInfer(calls, x.View, gamma.View, beta.View, mean.View, variance.View, y.View), Output);
        }
    }

    private static void LogSoftmaxForward(int calls, ReadOnlyTensorView<float> x, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            LogSoftmax.Forward(x, y);
        }
    }

    private static void LogSoftmaxBackward(int calls, ReadOnlyTensorView<float> y, ReadOnlyTensorView<float> g, TensorView<float> gradInput)
    {
        for (int call = 0; call < calls; call++)
        {
            LogSoftmax.Backward(y, g, gradInput);
        }
    }

    private static void LayerNormForward(
        int calls, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> gamma, ReadOnlyTensorView<float> beta, TensorView<float> y, TensorView<float> statistics)
    {
        for (int call = 0; call < calls; call++)
        {
            LayerNorm.Forward(x, gamma, beta, y, statistics);
        }
    }

    private static void LayerNormBackward(
        int calls, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> gamma, ReadOnlyTensorView<float> statistics, ReadOnlyTensorView<float> g,
        TensorView<float> gradInput, TensorView<float> gradGamma, TensorView<float> gradBeta)
    {
        for (int call = 0; call < calls; call++)
        {
            LayerNorm.Backward(x, gamma, statistics, g, gradInput, gradGamma, gradBeta);
        }
    }

    private static void BatchNormForward(
        int calls, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> gamma, ReadOnlyTensorView<float> beta, TensorView<float> y, TensorView<float> statistics,
        TensorView<float> mean, TensorView<float> variance)
    {
        for (int call = 0; call < calls; call++)
        {
            BatchNorm.Forward(x, gamma, beta, y, statistics, mean, variance);
        }
    }

    private static void BatchNormBackward(
        int calls, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> gamma, ReadOnlyTensorView<float> statistics, ReadOnlyTensorView<float> g,
        TensorView<float> gradInput, TensorView<float> gradGamma, TensorView<float> gradBeta)
    {
        for (int call = 0; call < calls; call++)
        {
            BatchNorm.Backward(x, gamma, statistics, g, gradInput, gradGamma, gradBeta);
        }
    }

    private static void BatchNormInfer(
        int calls, ReadOnlyTensorView<float> x, ReadOnlyTensorView<float> gamma, ReadOnlyTensorView<float> beta, ReadOnlyTensorView<float> mean,
        ReadOnlyTensorView<float> variance, TensorView<float> y)
    {
        for (int call = 0; call < calls; call++)
        {
            BatchNorm.Infer(x, gamma, beta, mean, variance, y);
        }
    }
}
