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
        row => row.Precision == Precision.Float32 ? Classical<float>(row) : Classical<double>(row));

    /// <summary>The products by one algorithm.</summary>
    /// <param name="levels">The levels of Strassen–Winograd, or null for as many as the library takes by itself.</param>
    internal static Peer CreateStrassen(string? levels)
    {
        MatMulAlgorithm algorithm = levels is null
            ? MatMulAlgorithm.StrassenWinograd
            : MatMulAlgorithm.StrassenWinogradLevels(int.Parse(levels, CultureInfo.InvariantCulture));
        return Peer.Of<ProductRow>(
            $"{algorithm}, {MachineDescription.VectorsInForce}",
            row => row.Precision == Precision.Float32 ? Strassen<float>(row, algorithm) : Strassen<double>(row, algorithm));
    }

    private static PreparedRow Classical<T>(ProductRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ProductOperands<T>(row);
        return operands.Prepared(row.Orientation switch
        {
            Orientation.TransposeA => Loop<T, TransposeA>(operands, row.Threads),
            Orientation.TransposeB => Loop<T, TransposeB>(operands, row.Threads),
            _ => Loop<T, Plain>(operands, row.Threads),
        }) with { Release = MatMulAlgorithm.ReleaseMemory };
    }

    private static PreparedRow Strassen<T>(ProductRow row, MatMulAlgorithm by)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ProductOperands<T>(row);
        return operands.Prepared(PreparedRow.Repeated(row.Orientation switch
        {
            Orientation.TransposeA => () => MatMul.MultiplyTransposeA(operands.A, operands.B, operands.C, by, threads: row.Threads),
            Orientation.TransposeB => () => MatMul.MultiplyTransposeB(operands.A, operands.B, operands.C, by, threads: row.Threads),
            _ => () => MatMul.Multiply(operands.A, operands.B, operands.C, by, threads: row.Threads),
        })) with { Release = MatMulAlgorithm.ReleaseMemory };
    }

    /// <summary>Generic over the form, as <see cref="IPass{TOperands}"/> is; the views are locals, to stay in registers.</summary>
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
