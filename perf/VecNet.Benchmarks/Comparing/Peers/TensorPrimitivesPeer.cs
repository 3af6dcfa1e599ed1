using System.Numerics;
using System.Numerics.Tensors;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>What the platform itself has: System.Numerics.Tensors, on spans.</summary>
internal sealed class TensorPrimitivesPeer : IElementwisePeer
{
    public string Description => $"System.Numerics.Tensors {typeof(TensorPrimitives).Assembly.GetName().Version!.ToString(3)}; its SoftMax subtracts no maximum";

    /// <summary>Whether there is such a function.</summary>
    internal static bool Has(ElementwiseOperation operation) => operation is ElementwiseOperation.Exp or ElementwiseOperation.Sigmoid
        or ElementwiseOperation.Tanh or ElementwiseOperation.ReLU or ElementwiseOperation.ReLUInPlace or ElementwiseOperation.Softmax;

    public IPreparedElementwise Prepare<T>(ElementwiseRow row, ElementwiseOperands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (TensorBuffer<T> x, TensorBuffer<T> y) = (operands.Input, operands.Result);
        return new PreparedOperation(row.Operation switch
        {
            ElementwiseOperation.Exp => calls => Exp<T>(calls, x.Span, y.Span),
            ElementwiseOperation.Sigmoid => calls => Sigmoid<T>(calls, x.Span, y.Span),
            ElementwiseOperation.Tanh => calls => Tanh<T>(calls, x.Span, y.Span),
            ElementwiseOperation.ReLU => calls => ReLU<T>(calls, x.Span, y.Span),
            ElementwiseOperation.ReLUInPlace => calls =>
            {
                if (calls == 1)
                {
                    x.Span.CopyTo(y.Span);
                }

                ReLU<T>(calls, y.Span, y.Span);
            }
            ,
            ElementwiseOperation.Softmax => calls => Softmax(calls, x.View.AsReadOnly(), y.View),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        });
    }

    private static void Exp<T>(int calls, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            TensorPrimitives.Exp(x, y);
        }
    }

    private static void Sigmoid<T>(int calls, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            TensorPrimitives.Sigmoid(x, y);
        }
    }

    private static void Tanh<T>(int calls, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            TensorPrimitives.Tanh(x, y);
        }
    }

    private static void ReLU<T>(int calls, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            TensorPrimitives.Max(x, T.Zero, y);
        }
    }

    private static void Softmax<T>(int calls, ReadOnlyTensorView<T> x, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int call = 0; call < calls; call++)
        {
            for (int row = 0; row < x.Rows; row++)
            {
                TensorPrimitives.SoftMax(x.Row(row), y.Row(row));
            }
        }
    }
}
