using System.Numerics;

namespace VecNet.Tests;

/// <summary>Sums of rows with any strides, at every vector width, also in place.</summary>
public abstract unsafe class StridedBinaryLoopTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void A_sum_is_that_of_a_loop()
    {
        AssertSums<Scalar<T>>();
        AssertSums<Portable<T>>();
        if (Machine.Has512)
        {
            AssertSums<Wide512<T>>();
        }
    }

    private static void AssertSums<TVector>()
        where TVector : struct, IVector<TVector, T>
    {
        for (int columns = 0; columns <= 140; columns++)
        {
            int rows = 1 + (columns % 3);
            StridedMatrix<T> x = new Matrix<T, Wild>(new(rows, columns), columns % 2, (ulong)columns).Strided();
            StridedMatrix<T> y = new Matrix<T, Wild>(new(rows, columns), columns % 4, (ulong)columns + 1000).Strided();
            var sum = new StridedMatrix<T>(rows, columns, columns % 5);
            var difference = new StridedMatrix<T>(rows, columns, columns % 3);
            x.View.CopyTo(difference.View);
            fixed (T* px = x.View.Span, py = y.View.Span, ps = sum.View.Span, pd = difference.View.Span)
            {
                KernelLoops<T>.Binary(
                    typeof(TVector), default(BinaryLoop.Plus<T>), px, x.RowStride, py, y.RowStride, ps, sum.RowStride, rows, columns);
                nint row = difference.RowStride;
                KernelLoops<T>.Binary(typeof(TVector), default(BinaryLoop.Minus<T>), pd, row, py, y.RowStride, pd, row, rows, columns);
            }

            sum.AssertCanariesAlive();
            difference.AssertCanariesAlive();
            for (int element = 0; element < rows * columns; element++)
            {
                int i = element / columns, j = element % columns;
                T left = x.View[i, j], right = y.View[i, j];
                Assert.True(
                    (left + right).Equals(sum.View[i, j]),
                    $"{typeof(TVector).Name}, {columns} columns: ({i}, {j}) is {sum.View[i, j]}, expected {left + right}.");
                Assert.True(
                    (left - right).Equals(difference.View[i, j]),
                    $"{typeof(TVector).Name}, {columns} columns: ({i}, {j}) is {difference.View[i, j]}, expected {left - right}.");
            }
        }
    }
}

public sealed class StridedBinaryLoopFloatTests : StridedBinaryLoopTests<float>;

public sealed class StridedBinaryLoopDoubleTests : StridedBinaryLoopTests<double>;
