using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>What the platform itself has: System.Numerics.Tensors, on spans.</summary>
internal static class TensorPrimitivesPeer
{
    internal static Peer Create() => Peer.Of<OperationRow>(
        $"System.Numerics.Tensors {typeof(TensorPrimitives).Assembly.GetName().Version!.ToString(3)}; its SoftMax subtracts no maximum",
        row => row.Precision == Precision.Float32 ? Functions<float>.Prepare(row) : Functions<double>.Prepare(row));

    /// <summary>Whether there is such a function.</summary>
    internal static bool Has(OperationRow row) => row is { Pass: Pass.Forward, Operation: Operation.Exp or Operation.Sigmoid
        or Operation.Tanh or Operation.ReLU or Operation.ReLUInPlace or Operation.Softmax };

    private static class Functions<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal static PreparedRow Prepare(OperationRow row)
        {
            TensorBuffer<T> x = new OperationOperands<T>(row).Input;
            TensorBuffer<T> y = TensorBuffer<T>.CopyOf(x.View);
            TensorBuffer<T> source = row.Operation == Operation.ReLUInPlace ? y : x;
            Spans Operands() => new(source.Span, y.Span, row.Columns);
            Action<int> run = row.Operation switch
            {
                Operation.Exp => IPass<Spans>.Loop<Exp>(Operands),
                Operation.Sigmoid => IPass<Spans>.Loop<Sigmoid>(Operands),
                Operation.Tanh => IPass<Spans>.Loop<Tanh>(Operands),
                Operation.ReLU or Operation.ReLUInPlace => IPass<Spans>.Loop<ReLU>(Operands),
                Operation.Softmax => IPass<Spans>.Loop<Softmax>(Operands),
                _ => throw new NotSupportedException($"There is no {row.Operation}."),
            };
            return new(run, () =>
            {
                x.Span.CopyTo(y.Span);
                run(1);
                return [y.Span.ToArray()];
            });
        }

        private readonly ref struct Spans(ReadOnlySpan<T> x, Span<T> y, int columns)
        {
            internal readonly ReadOnlySpan<T> X = x;
            internal readonly Span<T> Y = y;
            internal readonly int Columns = columns;
        }

        private struct Exp : IPass<Spans>
        {
            public static void Run(in Spans s) => TensorPrimitives.Exp(s.X, s.Y);
        }

        private struct Tanh : IPass<Spans>
        {
            public static void Run(in Spans s) => TensorPrimitives.Tanh(s.X, s.Y);
        }

        private struct Sigmoid : IPass<Spans>
        {
            public static void Run(in Spans s) => TensorPrimitives.Sigmoid(s.X, s.Y);
        }

        private struct ReLU : IPass<Spans>
        {
            public static void Run(in Spans s) => TensorPrimitives.Max(s.X, T.Zero, s.Y);
        }

        private struct Softmax : IPass<Spans>
        {
            public static void Run(in Spans s)
            {
                for (int start = 0; start < s.X.Length; start += s.Columns)
                {
                    TensorPrimitives.SoftMax(s.X.Slice(start, s.Columns), s.Y.Slice(start, s.Columns));
                }
            }
        }
    }
}
