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
        Forms<T> forms = new(operands, algorithm ?? MatMulAlgorithm.Classical, row.Threads);
        return operands.Prepared((row.Orientation, algorithm) switch
        {
            (Orientation.TransposeA, null) => forms.Loop<Forms<T>.TransposeA>,
            (Orientation.TransposeB, null) => forms.Loop<Forms<T>.TransposeB>,
            (_, null) => forms.Loop<Forms<T>.Plain>,
            (Orientation.TransposeA, _) => forms.Loop<Forms<T>.TransposeAByAlgorithm>,
            (Orientation.TransposeB, _) => forms.Loop<Forms<T>.TransposeBByAlgorithm>,
            _ => forms.Loop<Forms<T>.PlainByAlgorithm>,
        }) with { Release = MatMulAlgorithm.ReleaseMemory };
    }

    private sealed class Forms<T>(ProductOperands<T> operands, MatMulAlgorithm algorithm, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal interface IForm
        {
            static abstract void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads);
        }

        /// <summary>
        /// Generic over the form: in one method for all forms, the compiler takes those that did not run first for unlikely and inlines
        /// nothing into them. The views are locals, so that they stay in registers.
        /// </summary>
        internal void Loop<TForm>(int calls)
            where TForm : struct, IForm
        {
            ReadOnlyTensorView<T> a = operands.A, b = operands.B;
            TensorView<T> c = operands.C;
            (MatMulAlgorithm by, int limit) = (algorithm, threads);
            for (int call = 0; call < calls; call++)
            {
                TForm.Multiply(a, b, c, by, limit);
            }
        }

        internal struct Plain : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.Multiply(a, b, c, threads: threads);
        }

        internal struct TransposeA : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.MultiplyTransposeA(a, b, c, threads: threads);
        }

        internal struct TransposeB : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.MultiplyTransposeB(a, b, c, threads: threads);
        }

        internal struct PlainByAlgorithm : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.Multiply(a, b, c, algorithm, threads: threads);
        }

        internal struct TransposeAByAlgorithm : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.MultiplyTransposeA(a, b, c, algorithm, threads: threads);
        }

        internal struct TransposeBByAlgorithm : IForm
        {
            public static void Multiply(
                ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm, int threads) =>
                MatMul.MultiplyTransposeB(a, b, c, algorithm, threads: threads);
        }
    }
}
