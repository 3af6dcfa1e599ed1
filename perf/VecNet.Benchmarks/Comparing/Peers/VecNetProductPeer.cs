using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's products.</summary>
internal static unsafe class VecNetProductPeer
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
        delegate*<ReadOnlyTensorView<T>, ReadOnlyTensorView<T>, TensorView<T>, bool, ReadOnlyTensorView<T>, int, void> form =
            row.Orientation switch
            {
                Orientation.TransposeA => &MatMul.MultiplyTransposeA,
                Orientation.TransposeB => &MatMul.MultiplyTransposeB,
                _ => &MatMul.Multiply,
            };
        return operands.Prepared(Multiply) with { Release = MatMulAlgorithm.ReleaseMemory };

        // A call by address costs as much as any call. The views are locals, so that they stay in registers.
        void Multiply(int calls)
        {
            ReadOnlyTensorView<T> a = operands.A, b = operands.B;
            TensorView<T> c = operands.C;
            int threads = row.Threads;
            for (int call = 0; call < calls; call++)
            {
                form(a, b, c, false, default, threads);
            }
        }
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
}
