using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>What the platform itself has: System.Numerics.Tensors, on spans.</summary>
internal static unsafe class TensorPrimitivesPeer
{
    internal static Peer Create() => Peer.Of<OperationRow>(
        $"System.Numerics.Tensors {typeof(TensorPrimitives).Assembly.GetName().Version!.ToString(3)}; its SoftMax subtracts no maximum",
        row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    /// <summary>Whether there is such a function.</summary>
    internal static bool Has(OperationRow row) => row.Pass == Pass.Forward && Of<float>(row.Operation) != null;

    /// <summary>The address of a function: a call by it costs as much as any call, through a delegate it would cost more.</summary>
    private static delegate*<ReadOnlySpan<T>, Span<T>, void> Of<T>(Operation operation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => operation switch
        {
            Operation.Exp => &TensorPrimitives.Exp,
            Operation.Sigmoid => &TensorPrimitives.Sigmoid,
            Operation.Tanh => &TensorPrimitives.Tanh,
            Operation.ReLU or Operation.ReLUInPlace => &Rectify,
            Operation.Softmax => &TensorPrimitives.SoftMax,
            _ => null,
        };

    private static void Rectify<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Max(x, T.Zero, y);

    private static PreparedRow Prepare<T>(OperationRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorBuffer<T> x = new OperationOperands<T>(row).Input;
        TensorBuffer<T> y = TensorBuffer<T>.CopyOf(x.View);
        TensorBuffer<T> source = row.Operation == Operation.ReLUInPlace ? y : x;
        delegate*<ReadOnlySpan<T>, Span<T>, void> function = Of<T>(row.Operation);
        return new(Run, () =>
        {
            x.Span.CopyTo(y.Span);
            Run(1);
            return [y.Span.ToArray()];
        });

        void Run(int calls)
        {
            int columns = row.Columns;
            delegate*<ReadOnlySpan<T>, Span<T>, void> compute = function;
            ReadOnlySpan<T> from = source.Span;
            Span<T> to = y.Span;
            for (int call = 0; call < calls; call++)
            {
                ReadOnlySpan<T> input = from;
                Span<T> output = to;
                for (; input.Length > columns; input = input[columns..], output = output[columns..])
                {
                    compute(input[..columns], output[..columns]);
                }

                compute(input, output);
            }
        }
    }
}
