using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's products.</summary>
internal static class VecNetProductPeer
{
    /// <summary>Shapes that between them pass through every part of the product: tiles, blocks, single rows, narrow results.</summary>
    internal static IEnumerable<ProductRow> CompiledFirst =>
        from precision in Enum.GetValues<Precision>()
        from orientation in Enum.GetValues<Orientation>()
        from shape in ((int M, int N, int K)[])[(8, 8, 8), (1, 100, 100), (100, 10, 100), (100, 1, 100), (37, 61, 53), (300, 520, 600)]
        from threads in Enumerable.Range(1, Subject.MostThreads)
        select new ProductRow(shape.M, shape.N, shape.K, orientation, precision, threads);

    /// <summary>The classical products.</summary>
    internal static Peer Create() => Peer.Of<ProductRow>(
        MachineDescription.VectorsInForce,
        row => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));

    /// <summary>The products by one algorithm.</summary>
    /// <param name="levels">The levels of Strassen–Winograd, or null for as many as the library takes by itself.</param>
    internal static Peer CreateStrassen(string? levels)
    {
        MatMulAlgorithm algorithm = levels is null
            ? MatMulAlgorithm.StrassenWinograd
            : MatMulAlgorithm.StrassenWinogradLevels(int.Parse(levels, CultureInfo.InvariantCulture));
        return Peer.Of<ProductRow>(
            $"{algorithm}, {MachineDescription.VectorsInForce}",
            row => row.Precision == Precision.Float32 ? Prepare<float>(row, algorithm) : Prepare<double>(row, algorithm));
    }

    private static PreparedRow Prepare<T>(ProductRow row, MatMulAlgorithm? algorithm = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ProductOperands<T>(row);
        Action<int> multiply = (algorithm, row.Orientation) switch
        {
            ({ } by, _) => PreparedRow.Repeated(() => Multiply(operands, row, by)),
            (_, Orientation.TransposeA) => Loop<T, TransposeA>(operands, row.Threads),
            (_, Orientation.TransposeB) => Loop<T, TransposeB>(operands, row.Threads),
            _ => Loop<T, Plain>(operands, row.Threads),
        };
        return operands.Prepared(multiply) with { Release = MatMulAlgorithm.ReleaseMemory };
    }

    /// <summary>A product by an algorithm is so large that the choice of the form and the delegate do not show.</summary>
    private static void Multiply<T>(ProductOperands<T> operands, ProductRow row, MatMulAlgorithm algorithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (row.Orientation)
        {
            case Orientation.TransposeA:
                MatMul.MultiplyTransposeA(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                break;
            case Orientation.TransposeB:
                MatMul.MultiplyTransposeB(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                break;
            default:
                MatMul.Multiply(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                break;
        }
    }

    /// <summary>
    /// Generic over the form: in one method for all forms, the compiler takes those that did not run first for unlikely and inlines
    /// nothing into them. The views are locals, so that they stay in registers.
    /// </summary>
    private static Action<int> Loop<T, TForm>(ProductOperands<T> operands, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TForm : struct, IForm => calls =>
    {
        ReadOnlyTensorView<T> a = operands.A, b = operands.B;
        TensorView<T> c = operands.C;
        int limit = threads;
        for (int call = 0; call < calls; call++)
        {
            TForm.Multiply(a, b, c, limit);
        }
    };

    private interface IForm
    {
        static abstract void Multiply<T>(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, int threads)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    private struct Plain : IForm
    {
        public static void Multiply<T>(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, int threads)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => MatMul.Multiply(a, b, c, threads: threads);
    }

    private struct TransposeA : IForm
    {
        public static void Multiply<T>(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, int threads)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => MatMul.MultiplyTransposeA(a, b, c, threads: threads);
    }

    private struct TransposeB : IForm
    {
        public static void Multiply<T>(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, int threads)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => MatMul.MultiplyTransposeB(a, b, c, threads: threads);
    }
}
