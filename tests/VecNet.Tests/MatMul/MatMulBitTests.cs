using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Each element is one chain of multiply-adds in the order of k: neither vector width nor blocking changes a bit.</summary>
public abstract class MatMulBitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Without hardware FMA a vector may round a multiply-add differently than a scalar: then only the error bound holds.
    /// </summary>
    private static readonly bool HasFma = Fma.IsSupported || AdvSimd.IsSupported;

    public static TheoryData<int, int, int, Orientation> BlockedShapes
    {
        get
        {
            int size = typeof(T) == typeof(float) ? sizeof(float) : sizeof(double);
            int kc = Blocking.Of<T>().Kc;
            int unpacked = int.Max(Blocking.Of<T>().Unpacked, Blocking.Of<T>().UnpackedA);
            int beyond = (unpacked / size / (kc + 1)) + 1;
            int deep = unpacked / size / 100;
            var shapes = new TheoryData<int, int, int, Orientation>();
            foreach (Orientation orientation in Enum.GetValues<Orientation>())
            {
                shapes.Add(7, 33, kc + 1, orientation);
                shapes.Add(13, 70, (2 * kc) + 3, orientation);
                shapes.Add(beyond + 6, 19, kc + 1, orientation); // A is too large, but there are too few columns
                shapes.Add(beyond + 6, Blocking.ColumnsWorthPacking + 1, kc + 1, orientation); // A is packed
                shapes.Add(Blocking.RowsWorthPacking - 1, beyond + 5, kc + 1, orientation); // B is too large, but too few rows
                shapes.Add(Blocking.RowsWorthPacking, beyond + 5, kc + 1, orientation); // B is packed
                shapes.Add(Blocking.Of<T>().Mc + 7, Blocking.ColumnsWorthPacking + 5, deep, orientation); // both, with two blocks of rows
                shapes.Add(Blocking.RowsWorthPacking + 1, Blocking.Of<T>().Nc + 37, 140, orientation); // B is, with two blocks of columns
            }

            // B lies in main memory, and whole rows of it are packed; each block of columns has several panels, and the last a part of one.
            shapes.Add(Blocking.RowsWorthPacking + 1, (Caches.Here.Level3.Bytes / size / (kc / 2)) + 37, (kc / 2) + 1, Orientation.Plain);
            return shapes;
        }
    }

    [Property]
    public void Each_element_is_one_chain(ProductCase<T> product) => AssertChain(product, x => x.Multiply());

    [Property]
    public void Portable_vectors_give_the_same_bits(ProductCase<T> product) => AssertChain(product, Through<Portable<T>>);

    [Property]
    public void Scalars_give_the_same_bits(ProductCase<T> product) => AssertChain(product, Through<Scalar<T>>);

    [Theory]
    [MemberData(nameof(BlockedShapes))]
    public void Blocking_and_packing_change_no_bit(int m, int n, int k, Orientation orientation)
    {
        var product = new ProductCase<T>(
            m, n, k, orientation, Accumulate: m % 2 == 0, HasBias: true, GapA: 1, GapB: 3, GapC: 1, Seed: (ulong)(m + n));
        if (HasFma)
        {
            PackingBuffer<T>.Poison(T.NaN);
            AssertChain(product, x => x.Multiply());
            AssertChain(product, Through<Portable<T>>);
        }
        else
        {
            MatMulPropertyTests<T>.AssertWithinBound(product);
        }
    }

    private static void AssertChain(ProductCase<T> product, Action<ProductOperands<T>> multiply)
    {
        if (!HasFma)
        {
            return;
        }

        ProductOperands<T> x = product.Build<Ordinary>();
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        multiply(x);
        x.AssertCanariesAlive();
        T[,] expected = MatMulReference.Chain<T>(
            product.Orientation, product.M, product.N, product.K, x.A.View, x.B.View,
            MatMulPropertyTests<T>.Start(product, start), MatMulPropertyTests<T>.Bias(x));
        Bits.AssertSame<T>(expected.AsView(), x.C.View, $"{product}");
    }

    /// <summary>Runs the blocked product with vectors that the machine would not choose by itself.</summary>
    private static unsafe void Through<TVector>(ProductOperands<T> x)
        where TVector : struct, IVector<TVector, T>
    {
        Span<T> biasSpan = x.Bias is null ? default : x.Bias.View.Span;
        fixed (T* a = x.A.View.Span, b = x.B.View.Span, c = x.C.View.Span, bias = biasSpan)
        {
            ProductRoute.Run<T, TVector>(x.Over(a, b, c, bias));
        }
    }
}

public sealed class MatMulFloatBitTests : MatMulBitTests<float>;

public sealed class MatMulDoubleBitTests : MatMulBitTests<double>;
