using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>What makes softmax softmax.</summary>
public abstract class SoftmaxTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Unit = typeof(T) == typeof(float) ? double.Exp2(-24) : double.Exp2(-53);

    /// <summary>Each of n quotients has a relative error of 1u, and the divisor's errors (up to n·u) are common to all of them.</summary>
    [Property]
    public void Rows_are_distributions(Matrix<T, Ordinary> matrix)
    {
        TensorBuffer<T> y = Run(matrix.Owned());
        for (int row = 0; row < matrix.Rows && matrix.Columns > 0; row++)
        {
            double sum = 0;
            foreach (T probability in y.View.Row(row))
            {
                double p = double.CreateChecked(probability);
                Assert.InRange(p, 0, 1);
                sum += p;
            }

            Assert.InRange(sum, 1 - ((matrix.Columns + 2) * Unit), 1 + ((matrix.Columns + 2) * Unit));
        }
    }

    /// <summary>Whole numbers, whose sums and differences are exact: the bits are the same.</summary>
    [Property]
    public void A_shift_of_the_row_changes_nothing(Matrix<T, Integers> matrix, sbyte shift)
    {
        TensorBuffer<T> x = matrix.Owned();
        TensorBuffer<T> shifted = matrix.Owned();
        foreach (ref T element in shifted.Span)
        {
            element += T.CreateChecked(shift);
        }

        Bits.AssertSame<T>(Run(x).View, Run(shifted).View, "softmax of whole numbers, shifted by a whole number");
    }

    [Theory]
    [InlineData(10000)]
    [InlineData(1e30)]
    public void Extreme_rows_do_not_overflow(double size)
    {
        T big = T.CreateChecked(size);
        T[] x = [big, T.Zero, -big, big];
        T[] y = new T[4];
        Softmax.Forward<T>(x.AsView(), y);
        T half = T.CreateChecked(0.5);
        Assert.Equal([half, T.Zero, T.Zero, half], y);
    }

    /// <summary>
    /// The largest element in each place of rows that fit into one vector, that just do not, and that take several rounds of the loops.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(200)]
    public void The_maximum_is_found_in_every_place(int columns)
    {
        for (int place = 0; place < columns; place++)
        {
            T[] x = [.. Enumerable.Repeat(T.CreateChecked(-1e4), columns)];
            x[place] = T.CreateChecked(1e4);
            T[] y = new T[columns];
            Softmax.Forward<T>(x.AsView(), y);
            Assert.Equal(T.One, y[place]);
            Assert.Equal(T.One, Reductions.Sum<T>(y));
            LogSoftmax.Forward<T>(x.AsView(), y);
            Assert.Equal(T.Zero, y[place]);
        }
    }

    /// <summary>
    /// Rows of any length: a row's bits are the same in the middle of a batch, with a stride, and alone at another address.
    /// </summary>
    [Theory]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(1000)]
    public void A_row_s_bits_depend_on_nothing_but_the_row(int columns)
    {
        StridedMatrix<T> batch = new Matrix<T, Ordinary>(new(5, columns), 3, 1).Strided();
        foreach (Unary<T> function in new Unary<T>[] { Softmax.Forward, LogSoftmax.Forward })
        {
            var together = new TensorBuffer<T>(5, columns);
            function(batch.View, together.View);
            var memory = new TensorBuffer<T>(1, columns + 16);
            for (int row = 0; row < 5; row++)
            {
                Span<T> alone = memory.Span.Slice((3 * row) + 1, columns);
                batch.View.Row(row).CopyTo(alone);
                function(alone, alone);
                Bits.AssertSame<T>(together.View.SliceRows(row, 1), alone.AsView(), $"row {row} of {columns}");
            }
        }
    }

    [Fact]
    public void A_row_without_any_finite_logit_is_NaN_and_others_are_unaffected()
    {
        T minus = T.NegativeInfinity;
        T[] x = [T.Zero, T.One, minus, minus, minus, minus, minus, T.Zero, minus, T.NaN, T.One, T.Zero, T.PositiveInfinity, T.One, T.Zero];
        T[] y = new T[15];
        Softmax.Forward<T>(x.AsView(5, 3), y.AsView(5, 3));
        T[] first = new T[3];
        Softmax.Forward<T>(x.AsView(1, 3), first);
        Assert.Equal(first, y[..3]);
        Assert.Equal(T.Zero, y[2]);
        Assert.All(y[3..6], p => Assert.True(T.IsNaN(p)));
        Assert.Equal([T.Zero, T.One, T.Zero], y[6..9]);
        Assert.All(y[9..], p => Assert.True(T.IsNaN(p)));
    }

    /// <summary>Written from the formula, in double: the specification.</summary>
    [Property]
    public void Softmax_is_its_formula(Matrix<T, Ordinary> matrix)
    {
        TensorBuffer<T> x = matrix.Owned();
        TensorBuffer<T> y = Run(matrix.Owned());
        for (int row = 0; row < x.Rows; row++)
        {
            double sum = 0;
            foreach (T element in x.View.Row(row))
            {
                sum += Math.Exp(double.CreateChecked(element));
            }

            for (int column = 0; column < x.Columns; column++)
            {
                double expected = Math.Exp(double.CreateChecked(x.View[row, column])) / sum;

                // x − m: relative error u of up to 6, thus 6u of the exponential; exp 2u; sum (columns)·u; quotient u.
                Assert.Equal(expected, double.CreateChecked(y.View[row, column]), (16 + matrix.Columns) * Unit * expected);
            }
        }
    }

    private static TensorBuffer<T> Run(TensorBuffer<T> x)
    {
        var y = new TensorBuffer<T>(x.Rows, x.Columns);
        Softmax.Forward<T>(x.View, y.View);
        return y;
    }
}

public sealed class SoftmaxFloatTests : SoftmaxTests<float>;

public sealed class SoftmaxDoubleTests : SoftmaxTests<double>;
