using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>What MatMul refuses, and that it refuses before it writes; what it must not refuse; that warm calls allocate nothing.</summary>
public abstract class MatMulContractTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    [Property]
    public void Shapes_that_do_not_fit_are_named_and_nothing_is_written(ProductCase<T> product, byte fault)
    {
        ProductCase<T> right = product with { M = product.M + 1, N = product.N + 1, K = product.K + 1 };
        ProductOperands<T> x = right.Build<Ordinary>();
        StridedMatrix<T> a = x.A;
        StridedMatrix<T> b = x.B;
        StridedMatrix<T> c = x.C;
        StridedMatrix<T>? bias = x.Bias;
        switch (fault % 8)
        {
            case 0: a = new(a.Rows + 1, a.Columns, right.GapA); break;
            case 1: a = new(a.Rows, a.Columns + 1, right.GapA); break;
            case 2: b = new(b.Rows + 1, b.Columns, right.GapB); break;
            case 3: b = new(b.Rows, b.Columns - 1, right.GapB); break;
            case 4: c = new(c.Rows + 1, c.Columns, right.GapC); break;
            case 5: c = new(c.Rows, c.Columns - 1, right.GapC); break;
            case 6: bias = new(1, right.N + 1, 0); break;
            default: bias = new(2, right.N, 0); break;
        }

        T[] before = c.Snapshot();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => x.Multiply(a.View, b.View, c.View, bias is null ? default : bias.View));
        c.AssertUnchangedSince(before);
        string[] named = fault % 8 < 6
            ? [$"{a.Rows}×{a.Columns}", $"{b.Rows}×{b.Columns}", $"{c.Rows}×{c.Columns}"]
            : [$"{bias!.Rows}×{bias.Columns}", $"1×{right.N}"];
        Assert.All(named, shape => Assert.Contains(shape, exception.Message, StringComparison.Ordinal));
    }

    /// <summary>C is laid so that one of its elements is one of the operand's, at random places of both.</summary>
    [Property]
    public void C_that_shares_an_element_is_refused_before_anything_is_written(
        ProductCase<T> product, byte which, ushort place, ushort placeInC, byte stride)
    {
        ProductCase<T> some = product with { M = product.M + 1, N = product.N + 1, K = product.K + 1, HasBias = true };
        ProductOperands<T> x = some.Build<Ordinary>();
        StridedMatrix<T> shared = (which % 3) switch { 0 => x.A, 1 => x.B, _ => x.Bias! };
        int strideOfC = stride % 2 == 0 ? Math.Max(shared.RowStride, some.N) : some.N + (stride % 5);

        // One buffer holds the operand in its middle; C starts where its element meets the operand's.
        int spanOfC = ((some.M - 1) * strideOfC) + some.N;
        int spanOfOperand = ((shared.Rows - 1) * shared.RowStride) + shared.Columns;
        int element = (place % shared.Rows * shared.RowStride) + (place / shared.Rows % shared.Columns);
        int elementOfC = (placeInC % some.M * strideOfC) + (placeInC / some.M % some.N);
        var memory = new T[spanOfC + spanOfOperand + spanOfC];
        var operand = new ReadOnlyTensorView<T>(memory.AsSpan(spanOfC), shared.Rows, shared.Columns, shared.RowStride);
        shared.View.CopyTo(new TensorView<T>(memory.AsSpan(spanOfC), shared.Rows, shared.Columns, shared.RowStride));
        var c = new TensorView<T>(memory.AsSpan(spanOfC + element - elementOfC), some.M, some.N, strideOfC);
        T[] before = [.. memory];

        ReadOnlyTensorView<T> a = which % 3 == 0 ? operand : x.A.View;
        ReadOnlyTensorView<T> b = which % 3 == 1 ? operand : x.B.View;
        ReadOnlyTensorView<T> bias = which % 3 == 2 ? operand : x.Bias!.View;
        bool thrown = false;
        try
        {
            x.Multiply(a, b, c, bias);
        }
        catch (ArgumentException)
        {
            thrown = true;
        }

        Assert.True(thrown, "C shares an element with an operand, and MatMul did not object.");
        Bits.AssertSame<T>(before.AsView(), memory.AsView(), "memory after a refusal");
    }

    [Property]
    public void Column_blocks_of_one_matrix_are_apart(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Ordinary>();
        StridedMatrix<T> biasRow = x.Bias ?? new StridedMatrix<T>(1, product.N, 0);
        int rows = Math.Max(1, Math.Max(x.A.Rows, Math.Max(x.B.Rows, x.C.Rows)));
        var parent = new TensorBuffer<T>(rows, x.A.Columns + x.B.Columns + x.C.Columns + product.N);
        TensorView<T> a = parent.View.Slice(0, 0, x.A.Rows, x.A.Columns);
        TensorView<T> c = parent.View.Slice(0, x.A.Columns, x.C.Rows, x.C.Columns);
        TensorView<T> b = parent.View.Slice(0, x.A.Columns + x.C.Columns, x.B.Rows, x.B.Columns);
        TensorView<T> bias = parent.View.Slice(0, x.A.Columns + x.C.Columns + x.B.Columns, 1, product.N);
        x.A.View.CopyTo(a);
        x.B.View.CopyTo(b);
        x.C.View.CopyTo(c);
        biasRow.View.CopyTo(bias);

        x.Multiply(a, b, c, bias);
        x.Multiply(x.A.View, x.B.View, x.C.View, biasRow.View);
        Bits.AssertSame<T>(x.C.View, c, "between its operands");
        Bits.AssertSame<T>(x.A.View, a, "A");
        Bits.AssertSame<T>(x.B.View, b, "B");
        Bits.AssertSame<T>(biasRow.View, bias, "bias");
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_warm_call_allocates_nothing(Orientation orientation)
    {
        foreach ((int m, int n, int k) in new[]
        {
            (1, 1, 1), (33, 17, 65), (64, 64, 64), (Blocking.Of<T>().Mc + 5, 700, Blocking.Of<T>().Kc + 9), (700, 49, 800),
        })
        {
            ProductOperands<T> x = new ProductCase<T>(m, n, k, orientation, true, true, 0, 0, 0, 1).Build<Ordinary>();
            Assert.Equal(0, Allocations.PerCall(x.Multiply));
        }
    }

    [Fact]
    public unsafe void Byte_offsets_beyond_four_gigabytes_index_correctly()
    {
        // Two rows more than 4 GB apart in memory that is reserved but, these rows excepted, never touched.
        int stride = (int)((1L << 32) / sizeof(T)) + 1000;
        nuint length = (nuint)stride + 64;
        void* memory;
        try
        {
            memory = NativeMemory.AllocZeroed(length, (nuint)sizeof(T));
        }
        catch (OutOfMemoryException)
        {
            Assert.Skip("The machine does not reserve 4 GB.");
            return;
        }

        try
        {
            var far = new TensorView<T>(new Span<T>(memory, (int)length), 2, 17, stride);
            var near = new TensorBuffer<T>(2, 17);
            Matrix<T, Integers>.Fill(far, 5);
            Matrix<T, Integers>.Fill(near.View, 5);
            Bits.AssertSame<T>(near.View, far, "elements");
            Assert.False(Overlap.Share<T>(far.SliceRows(0, 1), far.SliceRows(1, 1)));
            Assert.True(Overlap.Share<T>(far, far.SliceRows(1, 1)));

            AssertSame(far, near.View, 2, 2, MatMul.MultiplyTransposeB);
            AssertSame(far, near.View, 17, 17, MatMul.MultiplyTransposeA);

            var ones = new TensorBuffer<T>(2, 2);
            ones.View.Fill(T.One);
            var expected = new TensorBuffer<T>(2, 17);
            MatMul.Multiply(ones.View, near.View, expected.View);
            MatMul.Multiply(ones.View, near.View, far);
            Bits.AssertSame<T>(expected.View, far, "a far C");
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private delegate void Operation(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1);

    private static void AssertSame(ReadOnlyTensorView<T> far, ReadOnlyTensorView<T> near, int rows, int columns, Operation multiply)
    {
        var expected = new TensorBuffer<T>(rows, columns);
        var actual = new TensorBuffer<T>(rows, columns);
        multiply(near, near, expected.View);
        multiply(far, far, actual.View);
        Bits.AssertSame<T>(expected.View, actual.View, "far operands");
    }
}

public sealed class MatMulFloatContractTests : MatMulContractTests<float>;

public sealed class MatMulDoubleContractTests : MatMulContractTests<double>;

public sealed class MatMulElementTypeTests
{
    [Fact]
    public void Other_element_types_are_refused_by_name()
    {
        NotSupportedException exception = Assert.Throws<NotSupportedException>(
            () => MatMul.Multiply<Half>(new Half[4].AsView(2, 2), new Half[4].AsView(2, 2), new Half[4].AsView(2, 2)));
        Assert.Contains("Half", exception.Message, StringComparison.Ordinal);
    }
}
