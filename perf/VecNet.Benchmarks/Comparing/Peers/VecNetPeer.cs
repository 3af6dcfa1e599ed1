using System.Diagnostics;
using System.Numerics;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library.</summary>
internal sealed class VecNetPeer : IProductPeer
{
    /// <summary>Shapes that between them pass through every part of the product: tiles, blocks, single rows, narrow results.</summary>
    private static readonly (int M, int N, int K)[] CompiledFirst = [(8, 8, 8), (1, 100, 100), (100, 10, 100), (100, 1, 100), (37, 61, 53), (300, 520, 600)];

    /// <summary>Several times what the runtime waits for before it compiles a method for good.</summary>
    private static readonly TimeSpan CompilationTime = TimeSpan.FromMilliseconds(20);

    public string Description => Vectors;

    /// <summary>The vectors that this process uses.</summary>
    internal static string Vectors => MachineDescription.VectorsInForce;

    /// <summary>The library as it runs in a program that has been up for a while.</summary>
    internal static VecNetPeer Compiled()
    {
        var peer = new VecNetPeer();
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            foreach (Orientation orientation in Enum.GetValues<Orientation>())
            {
                foreach ((int m, int n, int k) in CompiledFirst)
                {
                    peer.Compile(new ProductRow(m, n, k, orientation, precision));
                    peer.Compile(new ProductRow(m, n, k, orientation, precision, Subject.MostThreads));
                }
            }
        }

        return peer;
    }

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new PreparedProduct<T>(row, operands);

    private void Compile(ProductRow row)
    {
        using ServedProduct product = ServedProduct.Of(this, row);
        product.Best(CompilationTime);
    }

    private sealed class PreparedProduct<T>(ProductRow row, Operands<T> operands) : IPreparedProduct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Multiply(int calls)
        {
            switch (row.Orientation)
            {
                case Orientation.Plain:
                    Plain(calls);
                    break;
                case Orientation.TransposeA:
                    TransposeA(calls);
                    break;
                case Orientation.TransposeB:
                    TransposeB(calls);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        public void CopyResult()
        {
        }

        public void Dispose()
        {
        }

        // A method for each form: in one for all, the compiler takes the forms that did not run first for unlikely and inlines nothing into them.
        private void Plain(int calls)
        {
            ReadOnlyTensorView<T> a = operands.A;
            ReadOnlyTensorView<T> b = operands.B;
            TensorView<T> c = operands.C;
            for (int call = 0; call < calls; call++)
            {
                MatMul.Multiply(a, b, c, threads: row.Threads);
            }
        }

        private void TransposeA(int calls)
        {
            ReadOnlyTensorView<T> a = operands.A;
            ReadOnlyTensorView<T> b = operands.B;
            TensorView<T> c = operands.C;
            for (int call = 0; call < calls; call++)
            {
                MatMul.MultiplyTransposeA(a, b, c, threads: row.Threads);
            }
        }

        private void TransposeB(int calls)
        {
            ReadOnlyTensorView<T> a = operands.A;
            ReadOnlyTensorView<T> b = operands.B;
            TensorView<T> c = operands.C;
            for (int call = 0; call < calls; call++)
            {
                MatMul.MultiplyTransposeB(a, b, c, threads: row.Threads);
            }
        }
    }
}
