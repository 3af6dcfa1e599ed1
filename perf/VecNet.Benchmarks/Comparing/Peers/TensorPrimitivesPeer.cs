using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>What the platform itself has: System.Numerics.Tensors, on spans.</summary>
internal static class TensorPrimitivesPeer
{
    internal static Peer Create() => Peer.Of<OperationRow>(
        $"System.Numerics.Tensors {typeof(TensorPrimitives).Assembly.GetName().Version!.ToString(3)}; its SoftMax subtracts no maximum",
        row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    /// <summary>Whether there is such a function.</summary>
    internal static bool Has(OperationRow row) => row is { Pass: Pass.Forward, Operation: Operation.Exp or Operation.Sigmoid
        or Operation.Tanh or Operation.ReLU or Operation.ReLUInPlace or Operation.Softmax };

    private static PreparedRow Prepare<T>(OperationRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorBuffer<T> x = new OperationOperands<T>(row).Input;
        TensorBuffer<T> y = TensorBuffer.Copy<T>(x.View);
        Action<int> run = row.Operation switch
        {
            Operation.Exp => Functions<T>.Loop<Functions<T>.Exp>(x, y),
            Operation.Sigmoid => Functions<T>.Loop<Functions<T>.Sigmoid>(x, y),
            Operation.Tanh => Functions<T>.Loop<Functions<T>.Tanh>(x, y),
            Operation.ReLU => Functions<T>.Loop<Functions<T>.ReLU>(x, y),
            Operation.ReLUInPlace => Functions<T>.Loop<Functions<T>.ReLU>(y, y),
            Operation.Softmax => Functions<T>.Loop<Functions<T>.Softmax>(x, y),
            _ => throw new NotSupportedException($"There is no {row.Operation}."),
        };
        return new(run, () =>
        {
            x.Span.CopyTo(y.Span);
            run(1);
            return [y.Span.ToArray()];
        });
    }

    private static class Functions<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal interface IFunction
        {
            static abstract void Call(ReadOnlySpan<T> x, Span<T> y, int columns);
        }

        internal static Action<int> Loop<TFunction>(TensorBuffer<T> x, TensorBuffer<T> y)
            where TFunction : struct, IFunction => calls =>
        {
            ReadOnlySpan<T> input = x.Span;
            Span<T> output = y.Span;
            int columns = x.Columns;
            for (int call = 0; call < calls; call++)
            {
                TFunction.Call(input, output, columns);
            }
        };

        internal struct Exp : IFunction
        {
            public static void Call(ReadOnlySpan<T> x, Span<T> y, int columns) => TensorPrimitives.Exp(x, y);
        }

        internal struct Tanh : IFunction
        {
            public static void Call(ReadOnlySpan<T> x, Span<T> y, int columns) => TensorPrimitives.Tanh(x, y);
        }

        internal struct Sigmoid : IFunction
        {
            public static void Call(ReadOnlySpan<T> x, Span<T> y, int columns) => TensorPrimitives.Sigmoid(x, y);
        }

        internal struct ReLU : IFunction
        {
            public static void Call(ReadOnlySpan<T> x, Span<T> y, int columns) => TensorPrimitives.Max(x, T.Zero, y);
        }

        internal struct Softmax : IFunction
        {
            public static void Call(ReadOnlySpan<T> x, Span<T> y, int columns)
            {
                for (int start = 0; start < x.Length; start += columns)
                {
                    TensorPrimitives.SoftMax(x.Slice(start, columns), y.Slice(start, columns));
                }
            }
        }
    }
}
