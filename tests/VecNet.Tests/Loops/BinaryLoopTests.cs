using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The loop that carries binary kernels: every length, gaps, and working in place.</summary>
public abstract class BinaryLoopTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>x where x &gt; y, else x·y: not symmetric, and all of its steps are exact or rounded once.</summary>
    private readonly struct GreaterOrProduct : IBinaryKernel<T>
    {
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.SelectGreater(x, y, x, TVector.Multiply(x, y));

        public static T Expected(T x, T y) => x > y ? x : x * y;
    }

    [Fact]
    public void Every_length_up_to_seventy()
    {
        for (int length = 0; length <= 70; length++)
        {
            var x = new Matrix<T, Wild>(new(1, length), 0, 1).Strided();
            var y = new Matrix<T, Wild>(new(1, length), 0, 2).Strided();
            var z = new StridedMatrix<T>(1, length, 0);
            BinaryLoop.Run<T, GreaterOrProduct>(x.View.Span, y.View.Span, z.View.Span, default);
            AssertExpected(x.View, y.View, z.View, $"length {length}");
            z.AssertCanariesAlive();
        }
    }

    [Property]
    public void Every_shape_and_stride(Matrix<T, Wild> matrix, byte gapOfY, byte gapOfResult)
    {
        StridedMatrix<T> x = matrix.Strided();
        StridedMatrix<T> y = (matrix with { Gap = gapOfY % 3, Seed = matrix.Seed + 1 }).Strided();
        var z = new StridedMatrix<T>(matrix.Rows, matrix.Columns, gapOfResult % 3);
        BinaryLoop.Run<T, GreaterOrProduct>(x.View, y.View, z.View, default);
        AssertExpected(x.View, y.View, z.View, $"{matrix}");
        z.AssertCanariesAlive();
        x.AssertCanariesAlive();
    }

    [Property]
    public void In_place(Matrix<T, Wild> matrix, bool second)
    {
        StridedMatrix<T> x = matrix.Strided();
        StridedMatrix<T> y = (matrix with { Seed = matrix.Seed + 1 }).Strided();
        TensorBuffer<T> oldX = TensorBuffer.Copy<T>(x.View);
        TensorBuffer<T> oldY = TensorBuffer.Copy<T>(y.View);
        StridedMatrix<T> destination = second ? y : x;
        BinaryLoop.Run<T, GreaterOrProduct>(x.View, y.View, destination.View, default);
        AssertExpected(oldX.View, oldY.View, destination.View, "in place");
        destination.AssertCanariesAlive();
    }

    private static void AssertExpected(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, ReadOnlyTensorView<T> z, string what)
    {
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < x.Columns; j++)
            {
                T expected = GreaterOrProduct.Expected(x[i, j], y[i, j]);
                Assert.True(
                    T.IsNaN(expected) ? T.IsNaN(z[i, j]) : Bits.Same(expected, z[i, j]),
                    $"{what}: ({i}, {j}) is {z[i, j]:R}, expected {expected:R}.");
            }
        }
    }
}

public sealed class BinaryLoopFloatTests : BinaryLoopTests<float>;

public sealed class BinaryLoopDoubleTests : BinaryLoopTests<double>;
