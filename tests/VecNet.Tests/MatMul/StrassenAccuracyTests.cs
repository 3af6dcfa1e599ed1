using System.Numerics;

namespace VecNet.Tests;

/// <summary>How Strassen–Winograd rounds, and what NaN and ∞ do in it: the figures are those of src/VecNet/docs/strassen.md.</summary>
public abstract class StrassenAccuracyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Size = 512;

    private const int MostLevels = 3;

    /// <summary>
    /// max |C − AB| ≤ (18ᴸ·(k₀² + 6k₀) − 6k)·u·max|A|·max|B|, k₀ = k/2ᴸ (Higham, theorem 23.3, for square matrices), and far below: the
    /// largest error grows by less than 3 a level, the root of the mean square by less than 2.5.
    /// </summary>
    [Fact]
    public void The_error_grows_within_Higham_s_bound_and_by_a_factor_a_level()
    {
        (double Largest, double Mean)[] errors = [.. Enumerable.Range(0, MostLevels + 1).Select(Errors)];
        for (int levels = 0; levels <= MostLevels; levels++)
        {
            double least = Math.ScaleB(Size, -levels);
            double bound = levels == 0 ? (double)Size * Size : (Math.Pow(18, levels) * ((least * least) + (6 * least))) - (6 * Size);
            Assert.True(errors[levels].Largest <= bound, $"{levels} levels: {errors[levels].Largest:G3} u, the bound is {bound:G3} u.");
            if (levels > 0)
            {
                Assert.InRange(errors[levels].Largest / errors[levels - 1].Largest, 1.05, 3);
                Assert.InRange(errors[levels].Mean / errors[levels - 1].Mean, 1.05, 2.5);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join("; ", errors.Select((error, level) => $"{level}: {error.Largest:F1} u, {error.Mean:F2} u")));
    }

    /// <summary>
    /// The classical product keeps the digits of a small row among large ones; this one has only those of the largest elements.
    /// </summary>
    [Fact]
    public void Small_elements_beside_large_ones_lose_digits()
    {
        ProductOperands<T> x = Scaled(), y = Scaled();
        x.Multiply(MatMulAlgorithm.Classical);
        y.Multiply(MatMulAlgorithm.StrassenWinogradLevels(1));
        double lost = 0;
        for (int j = 0; j < 64; j++)
        {
            double expected = double.CreateTruncating(x.C.View[0, j]);
            lost = Math.Max(lost, Math.Abs((double.CreateTruncating(y.C.View[0, j]) - expected) / expected));
        }

        Assert.True(lost > 1e3 * MatMulPropertyTests<T>.Roundoff, $"{lost}");

        // A first row 2⁻²⁰ as large as the others, which share a quadrant's columns with it.
        static ProductOperands<T> Scaled()
        {
            ProductOperands<T> x = new ProductCase<T>(64, 64, 64, Orientation.Plain, false, false, 0, 0, 0, Seed: 1).Build<Ordinary>();
            foreach (ref T element in x.A.View.Row(0))
            {
                element *= T.CreateTruncating(double.Exp2(-20));
            }

            return x;
        }
    }

    /// <summary>No NaN or ∞ is lost: what the plain loop makes not finite is not finite. More may be.</summary>
    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void What_is_not_finite_stays_so_and_may_spread(Orientation orientation)
    {
        T[] values = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];
        int spread = 0;
        for (int number = 0; number < 120; number++)
        {
            var product = new ProductCase<T>(
                9 + (number % 3), 8 + (number % 5), 11 + (number % 2), orientation,
                number % 2 > 0, number % 4 > 1, 0, 0, 0, Seed: (ulong)number);
            ProductOperands<T> x = product.Build<Ordinary>(), y = product.Build<Ordinary>();
            int i = number * 7 % product.ShapeOfA.Rows, j = number * 5 % product.ShapeOfA.Columns;
            int p = number * 3 % product.ShapeOfB.Rows, q = number * 11 % product.ShapeOfB.Columns;
            x.A.View[i, j] = y.A.View[i, j] = values[number % 3];
            x.B.View[p, q] = y.B.View[p, q] = number % 5 == 0 ? values[number / 3 % 3] : T.One;
            x.Multiply(MatMulAlgorithm.Classical);
            y.Multiply(MatMulAlgorithm.StrassenWinogradLevels(1 + (number / 2 % 2)));
            for (int element = 0; element < product.M * product.N; element++)
            {
                T classical = x.C.View[element / product.N, element % product.N], fast = y.C.View[element / product.N, element % product.N];
                Assert.True(
                    T.IsFinite(classical) ? true : !T.IsFinite(fast), $"{product}: element {element} is {fast}, expected {classical}.");
                Assert.True(!T.IsNaN(classical) || T.IsNaN(fast), $"{product}: element {element} is {fast}, expected {classical}.");
                spread += T.IsFinite(classical) && !T.IsFinite(fast) ? 1 : 0;
            }
        }

        Assert.True(spread > 1000, $"{spread} elements were reached by what the plain loop keeps from them.");
    }

    /// <summary>A NaN in A reaches at most the rows at its place in the other quadrants, one in B the columns.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_NaN_reaches_as_many_rows_or_columns_as_there_are_quadrants_in_a_row(int levels)
    {
        var most = (Rows: 0, Columns: 0);
        for (int place = 0; place < 256; place++)
        {
            foreach (bool inA in new[] { true, false })
            {
                ProductOperands<T> x = new ProductCase<T>(16, 16, 16, Orientation.Plain, false, false, 0, 0, 0, Seed: 1).Build<Ordinary>();
                (inA ? x.A : x.B).View[place / 16, place % 16] = T.NaN;
                x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(levels));
                int size = 16 >> levels;
                int[] reached = [.. Enumerable.Range(0, 16).Where(
                    line => Enumerable.Range(0, 16).Any(i => T.IsNaN(inA ? x.C.View[line, i] : x.C.View[i, line])))];
                Assert.All(reached, line => Assert.Equal((inA ? place / 16 : place) % size, line % size));
                most = inA ? (Math.Max(most.Rows, reached.Length), most.Columns) : (most.Rows, Math.Max(most.Columns, reached.Length));
            }
        }

        Assert.Equal((1 << levels, 1 << levels), most);
    }

    /// <summary>The largest error and the root of the mean square, in u·max|A|·max|B|.</summary>
    private static (double Largest, double Mean) Errors(int levels)
    {
        var product = new ProductCase<T>(Size, Size, Size, Orientation.Plain, false, false, 0, 0, 0, Seed: 3);
        ProductOperands<T> x = product.Build<Ordinary>();
        x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(levels));
        (double[,] value, _) = MatMulReference.Product<T>(product.Orientation, Size, Size, Size, x.A.View, x.B.View, default, default);
        double largest = 0, squares = 0;
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                double error = Math.Abs(double.CreateTruncating(x.C.View[i, j]) - value[i, j]);
                largest = Math.Max(largest, error);
                squares += error * error;
            }
        }

        double unit = MatMulPropertyTests<T>.Roundoff * Largest(x.A.View) * Largest(x.B.View);
        return (largest / unit, Math.Sqrt(squares) / Size / unit);
    }

    private static double Largest(ReadOnlyTensorView<T> view)
    {
        double largest = 0;
        for (int row = 0; row < view.Rows; row++)
        {
            foreach (T element in view.Row(row))
            {
                largest = Math.Max(largest, Math.Abs(double.CreateTruncating(element)));
            }
        }

        return largest;
    }
}

public sealed class StrassenFloatAccuracyTests : StrassenAccuracyTests<float>;

public sealed class StrassenDoubleAccuracyTests : StrassenAccuracyTests<double>;
