using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>Which operand of a product is transposed.</summary>
public enum Orientation
{
    Plain,
    TransposeA,
    TransposeB,
}

/// <summary>
/// A matrix product to be computed: shapes, orientation, options, the gaps after the
/// rows of A, B and C, the values' seed, and the budget of threads.
/// </summary>
public sealed record ProductCase<T>(
    int M, int N, int K, Orientation Orientation, bool Accumulate, bool HasBias, int GapA, int GapB, int GapC, ulong Seed, int Threads = 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public MatrixShape ShapeOfA => Orientation == Orientation.TransposeA ? new(K, M) : new(M, K);

    public MatrixShape ShapeOfB => Orientation == Orientation.TransposeB ? new(N, K) : new(K, N);

    /// <summary>The operands, filled with <typeparamref name="TValues"/>.</summary>
    public ProductOperands<T> Build<TValues>()
        where TValues : struct, IValues => new(
            this,
            new Matrix<T, TValues>(ShapeOfA, GapA, Seed).Strided(),
            new Matrix<T, TValues>(ShapeOfB, GapB, Seed + 1_000_003).Strided(),
            new Matrix<T, TValues>(new(M, N), GapC, Seed + 2_000_003).Strided(),
            HasBias ? new Matrix<T, TValues>(new(1, N), 0, Seed + 3_000_017).Strided() : null);

    /// <summary>Computes the product of any operands in the one of the three public ways that this case asks for.</summary>
    public void Multiply(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, ReadOnlyTensorView<T> bias)
    {
        switch (Orientation)
        {
            case Orientation.Plain:
                MatMul.Multiply(a, b, c, Accumulate, bias, Threads);
                break;
            case Orientation.TransposeA:
                MatMul.MultiplyTransposeA(a, b, c, Accumulate, bias, Threads);
                break;
            default:
                MatMul.MultiplyTransposeB(a, b, c, Accumulate, bias, Threads);
                break;
        }
    }

    /// <summary>The same by the algorithm that is asked for.</summary>
    public void Multiply(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, ReadOnlyTensorView<T> bias, MatMulAlgorithm algorithm)
    {
        switch (Orientation)
        {
            case Orientation.Plain:
                MatMul.Multiply(a, b, c, algorithm, Accumulate, bias, Threads);
                break;
            case Orientation.TransposeA:
                MatMul.MultiplyTransposeA(a, b, c, algorithm, Accumulate, bias, Threads);
                break;
            default:
                MatMul.MultiplyTransposeB(a, b, c, algorithm, Accumulate, bias, Threads);
                break;
        }
    }

    public static Arbitrary<ProductCase<T>> Arbitrary() => Arb.From(
        from shape in Gen.Frequency((7, Compact()), (1, Oblong()))
        from orientation in Gen.Elements(Enum.GetValues<Orientation>())
        from accumulate in Gen.Elements(false, true)
        from bias in Gen.Elements(false, true)
        from gaps in Gen.Three(Gen.Elements(0, 1, 3))
        from seed in Gen.Choose(0, int.MaxValue)
        from threads in Gen.Choose(1, 3)
        select new ProductCase<T>(
            shape.M, shape.N, shape.K, orientation, accumulate, bias, gaps.Item1, gaps.Item2, gaps.Item3, (ulong)seed, threads),
        Shrink);

    private static Gen<(int M, int N, int K)> Compact()
    {
        Gen<int> size = Size.Interesting(Unsafe.SizeOf<T>());
        return from m in size
               from n in size
               from k in size
               select (m, n, k);
    }

    /// <summary>
    /// One size in the hundreds, another small and the third of any kind: rows and columns of their own, narrow layers, work for threads.
    /// </summary>
    private static Gen<(int M, int N, int K)> Oblong() =>
        from large in Gen.Choose(100, 1100)
        from small in Gen.Choose(1, 12)
        from any in Size.Interesting(Unsafe.SizeOf<T>())
        from place in Gen.Choose(0, 5)
        select place switch
        {
            0 => (large, small, any),
            1 => (large, any, small),
            2 => (small, large, any),
            3 => (any, large, small),
            4 => (small, any, large),
            _ => (any, small, large),
        };

    private static IEnumerable<ProductCase<T>> Shrink(ProductCase<T> x) =>
    [
        .. Size.Shrink(x.M).Select(m => x with { M = m }),
        .. Size.Shrink(x.N).Select(n => x with { N = n }),
        .. Size.Shrink(x.K).Select(k => x with { K = k }),
        .. new[]
        {
            x with { GapA = 0, GapB = 0, GapC = 0 }, x with { Accumulate = false }, x with { HasBias = false }, x with { Threads = 1 },
        }.Where(y => y != x),
    ];
}

/// <summary>The operands of a product.</summary>
public sealed record ProductOperands<T>(
    ProductCase<T> Case, StridedMatrix<T> A, StridedMatrix<T> B, StridedMatrix<T> C, StridedMatrix<T>? Bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Multiply() => Multiply(A.View, B.View, C.View, Bias is null ? default : Bias.View);

    public void Multiply(ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, ReadOnlyTensorView<T> bias) =>
        Case.Multiply(a, b, c, bias);

    public void Multiply(MatMulAlgorithm algorithm) => Case.Multiply(A.View, B.View, C.View, Bias is null ? default : Bias.View, algorithm);

    /// <summary>The product over the pinned elements of the operands.</summary>
    internal unsafe MatrixProduct<T> Over(T* a, T* b, T* c, T* bias) => new()
    {
        A = MatrixOperand<T>.RowMajor(a, A.RowStride, Case.Orientation == Orientation.TransposeA),
        B = MatrixOperand<T>.RowMajor(b, B.RowStride, Case.Orientation == Orientation.TransposeB),
        C = MatrixOperand<T>.RowMajor(c, C.RowStride),
        Bias = bias,
        M = Case.M,
        N = Case.N,
        K = Case.K,
        Accumulate = Case.Accumulate,
    };

    /// <summary>C has the expected bits, and nothing beside the operands was written.</summary>
    public void AssertExact(ReadOnlyTensorView<T> expected, string what)
    {
        AssertCanariesAlive();
        for (int i = 0; i < expected.Rows; i++)
        {
            ReadOnlySpan<T> actual = C.View.Row(i);
            int j = actual.CommonPrefixLength(expected.Row(i));
            Assert.True(j == actual.Length, j < actual.Length ? $"{what}: ({i}, {j}) is {actual[j]}, expected {expected[i, j]}." : "");
        }
    }

    public void AssertCanariesAlive()
    {
        A.AssertCanariesAlive();
        B.AssertCanariesAlive();
        C.AssertCanariesAlive();
        Bias?.AssertCanariesAlive();
    }
}
