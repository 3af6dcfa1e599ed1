using System.Numerics;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's functions and its fused loss.</summary>
internal sealed class VecNetElementwisePeer : IElementwisePeer
{
    /// <summary>Rows that are longer compile nothing that shorter ones do not.</summary>
    private const int LongestToCompile = 128_000;

    /// <summary>Several times what the runtime waits for before it compiles a method for good.</summary>
    private static readonly TimeSpan CompilationTime = TimeSpan.FromMilliseconds(15);

    public string Description => VecNetPeer.Vectors;

    /// <summary>The library as it runs in a program that has been up for a while.</summary>
    internal static VecNetElementwisePeer Compiled()
    {
        var peer = new VecNetElementwisePeer();
        foreach (ElementwiseRow row in ElementwiseRows.Groups().SelectMany(group => group.Rows).Cast<ElementwiseRow>().Where(row => row.Length <= LongestToCompile))
        {
            using IServedRow served = ((IPeer)peer).Prepare(row.ToWords());
            served.Best(CompilationTime);
        }

        return peer;
    }

    public IPreparedElementwise Prepare<T>(ElementwiseRow row, ElementwiseOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (TensorBuffer<T> x, TensorBuffer<T> gradient, TensorBuffer<T> y) = (operands.Input, operands.GradOutput, operands.Result);
        var saved = new TensorBuffer<T>(row.Rows, row.Columns);
        switch (row.Operation)
        {
            case ElementwiseOperation.SigmoidBackward:
                VecNet.Sigmoid.Forward<T>(x.View, saved.View);
                break;
            case ElementwiseOperation.TanhBackward:
                VecNet.Tanh.Forward<T>(x.View, saved.View);
                break;
            case ElementwiseOperation.ReLUBackward:
                VecNet.ReLU.Forward<T>(x.View, saved.View);
                break;
        }

        // A method for each operation: in one for all, the compiler takes those that did not run first for unlikely and inlines nothing into them.
        Action<int> run = row.Operation switch
        {
            ElementwiseOperation.Exp => calls => Exp<T>(calls, x.View, y.View),
            ElementwiseOperation.Sigmoid => calls => Sigmoid<T>(calls, x.View, y.View),
            ElementwiseOperation.Tanh => calls => Tanh<T>(calls, x.View, y.View),
            ElementwiseOperation.GELU => calls => GELU<T>(calls, x.View, y.View),
            ElementwiseOperation.GELUTanh => calls => GELUTanh<T>(calls, x.View, y.View),
            ElementwiseOperation.ReLU => calls => ReLU<T>(calls, x.View, y.View),
            ElementwiseOperation.ReLUInPlace => calls => ReLU<T>(calls, y.View, y.View),
            ElementwiseOperation.Softmax => calls => Softmax<T>(calls, x.View, y.View),
            ElementwiseOperation.LogSoftmax => calls => LogSoftmax<T>(calls, x.View, y.View),
            ElementwiseOperation.SigmoidBackward => calls => SigmoidBackward<T>(calls, saved.View, gradient.View, y.View),
            ElementwiseOperation.TanhBackward => calls => TanhBackward<T>(calls, saved.View, gradient.View, y.View),
            ElementwiseOperation.ReLUBackward => calls => ReLUBackward<T>(calls, saved.View, gradient.View, y.View),
            ElementwiseOperation.GELUBackward => calls => GELUBackward<T>(calls, x.View, gradient.View, y.View),
            ElementwiseOperation.GELUTanhBackward => calls => GELUTanhBackward<T>(calls, x.View, gradient.View, y.View),
            ElementwiseOperation.SoftmaxCrossEntropy => calls => SoftmaxCrossEntropy(calls, operands),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        };
        if (row.Operation == ElementwiseOperation.ReLUInPlace)
        {
            return new PreparedOperation(calls =>
            {
                if (calls == 1)
                {
                    x.View.CopyTo(y.View);
                }

                run(calls);
            });
        }

        return new PreparedOperation(run);
    }

    private static void Exp<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Exp.Forward(x, y);
        }
    }

    private static void Sigmoid<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Sigmoid.Forward(x, y);
        }
    }

    private static void Tanh<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Tanh.Forward(x, y);
        }
    }

    private static void GELU<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.GELU.Forward(x, y);
        }
    }

    private static void GELUTanh<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.GELUTanh.Forward(x, y);
        }
    }

    private static void ReLU<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.ReLU.Forward(x, y);
        }
    }

    private static void Softmax<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Softmax.Forward(x, y);
        }
    }

    private static void LogSoftmax<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.LogSoftmax.Forward(x, y);
        }
    }

    private static void SigmoidBackward<T>(int calls, ReadOnlyTensorView<T> saved, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Sigmoid.Backward(saved, gradOutput, gradInput);
        }
    }

    private static void TanhBackward<T>(int calls, ReadOnlyTensorView<T> saved, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.Tanh.Backward(saved, gradOutput, gradInput);
        }
    }

    private static void ReLUBackward<T>(int calls, ReadOnlyTensorView<T> saved, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.ReLU.Backward(saved, gradOutput, gradInput);
        }
    }

    private static void GELUBackward<T>(int calls, ReadOnlyTensorView<T> saved, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.GELU.Backward(saved, gradOutput, gradInput);
        }
    }

    private static void GELUTanhBackward<T>(int calls, ReadOnlyTensorView<T> saved, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            VecNet.GELUTanh.Backward(saved, gradOutput, gradInput);
        }
    }

    private static void SoftmaxCrossEntropy<T>(int calls, ElementwiseOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlyTensorView<T> x = operands.Input.View;
        TensorView<T> y = operands.Result.View;
        var loss = new SoftmaxCrossEntropy<T>();
        for (int call = 0; call < calls; call++)
        {
            operands.Loss = loss.ForwardBackward(x, operands.Classes, y);
        }
    }
}
