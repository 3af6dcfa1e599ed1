using System.Numerics;

namespace VecNet.Tests;

/// <summary>What a matrix product is: three loops in double. The specification of MatMul/.</summary>
/// <remarks>In all of them the start (m × n, what is added to) and the bias (1 × n) may be empty.</remarks>
internal static class MatMulReference
{
    /// <summary>
    /// cᵢⱼ = startᵢⱼ + biasⱼ + Σₚ aᵢₚ·bₚⱼ, and the same of absolute values, which is what rounding errors are in proportion to.
    /// </summary>
    /// <remarks>
    /// The sum carries its rounding errors along (Ogita, Rump and Oishi, "Accurate Sum and Dot Product", 2005), so that the
    /// result is good for judging products in double too.
    /// </remarks>
    public static (double[,] Value, double[,] Magnitude) Product<T>(
        Orientation orientation, int m, int n, int k,
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, ReadOnlyTensorView<T> start, ReadOnlyTensorView<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] rows = Lines<T, double>(a, orientation == Orientation.TransposeA, m, k);
        double[] columns = Lines<T, double>(b, orientation != Orientation.TransposeB, n, k);
        var value = new double[m, n];
        var magnitude = new double[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = start.IsEmpty ? 0 : double.CreateTruncating(start[i, j]);
                double size = Math.Abs(sum);
                double error = 0;
                if (!bias.IsEmpty)
                {
                    double term = double.CreateTruncating(bias[0, j]);
                    size += Math.Abs(term);
                    sum = AddExactly(sum, term, ref error);
                }

                for (int p = 0; p < k; p++)
                {
                    double x = rows[(i * k) + p];
                    double y = columns[(j * k) + p];
                    double product = x * y;
                    error += Math.FusedMultiplyAdd(x, y, -product);
                    size += Math.Abs(product);
                    sum = AddExactly(sum, product, ref error);
                }

                value[i, j] = double.IsFinite(error) ? sum + error : sum;
                magnitude[i, j] = size;
            }
        }

        return (value, magnitude);
    }

    /// <summary>The same with whole numbers: exact, so that a product of small integers must equal it.</summary>
    public static long[,] IntegerProduct<T>(
        Orientation orientation, int m, int n, int k,
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, ReadOnlyTensorView<T> start, ReadOnlyTensorView<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long[] rows = Lines<T, long>(a, orientation == Orientation.TransposeA, m, k);
        long[] columns = Lines<T, long>(b, orientation != Orientation.TransposeB, n, k);
        var value = new long[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                long sum = (start.IsEmpty ? 0 : long.CreateChecked(start[i, j])) + (bias.IsEmpty ? 0 : long.CreateChecked(bias[0, j]));
                for (int p = 0; p < k; p++)
                {
                    sum += rows[(i * k) + p] * columns[(j * k) + p];
                }

                value[i, j] = sum;
            }
        }

        return value;
    }

    /// <summary>
    /// The same in <typeparamref name="T"/>, as one chain: start (plus) bias, plus one multiply-add for each p in order. With hardware
    /// FMA the product must have these bits, whatever the vector width and the blocking.
    /// </summary>
    public static T[,] Chain<T>(
        Orientation orientation, int m, int n, int k,
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, ReadOnlyTensorView<T> start, ReadOnlyTensorView<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] rows = Lines<T, T>(a, orientation == Orientation.TransposeA, m, k);
        T[] columns = Lines<T, T>(b, orientation != Orientation.TransposeB, n, k);
        var value = new T[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T sum = start.IsEmpty ? T.Zero : start[i, j];
                sum = bias.IsEmpty ? sum : start.IsEmpty ? bias[0, j] : sum + bias[0, j];
                for (int p = 0; p < k; p++)
                {
                    sum = T.MultiplyAddEstimate(rows[(i * k) + p], columns[(j * k) + p], sum);
                }

                value[i, j] = sum;
            }
        }

        return value;
    }

    /// <summary>
    /// The rows of op(A) or the columns of op(B), one after the other; they lie in the columns or in the rows of the matrix.
    /// </summary>
    private static TTo[] Lines<T, TTo>(ReadOnlyTensorView<T> matrix, bool inColumns, int lines, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTo : INumberBase<TTo>
    {
        var all = new TTo[lines * k];
        for (int i = 0; i < lines; i++)
        {
            for (int p = 0; p < k; p++)
            {
                all[(i * k) + p] = TTo.CreateTruncating(inColumns ? matrix[p, i] : matrix[i, p]);
            }
        }

        return all;
    }

    /// <summary>sum + term, with the rounding error added to <paramref name="error"/> (Knuth's TwoSum).</summary>
    private static double AddExactly(double sum, double term, ref double error)
    {
        double result = sum + term;
        double part = result - sum;
        error += (sum - (result - part)) + (term - part);
        return result;
    }
}
