using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Sums and gradients of <see cref="SoftmaxCrossEntropy{T}"/> where all classes and rows have the same weight, in one pass over each row.
/// </summary>
internal static class SoftmaxCrossEntropyRows
{
    /// <summary>Σ (log s − (x_c − m)); the gradient, if there is one, becomes scale · (e^(x − m)/s − 1 at c).</summary>
    internal static double Classes<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, T scale, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gradient.IsEmpty)
        {
            var value = new ClassLoss<T>(logits, classes);
            RowLoop.Run(logits, gradient, ref value);
            return value.Sum;
        }

        var both = new ClassLossAndGradient<T>(logits, classes, scale);
        RowLoop.Run(logits, gradient, ref both);
        Span<T> elements = gradient.Span;
        int stride = gradient.RowStride;
        for (int row = 0; row < classes.Length; row++)
        {
            elements[(row * stride) + classes[row]] -= scale;
        }

        return both.Sum;
    }

    internal static double Distributions<T>(ReadOnlyTensorView<T> logits, ReadOnlyTensorView<T> targets, T scale, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < logits.Rows && logits.Columns > 0; row++)
        {
            TensorView<T> gradient = gradLogits.IsEmpty ? default : gradLogits.SliceRows(row, 1);
            sum += double.CreateTruncating(DistributionRow(logits.SliceRows(row, 1), targets.Row(row), scale, gradient));
        }

        return sum;
    }

    /// <summary>log s · Σ y − Σ y (x − m); the gradient, which holds e^(x − m), becomes scale · (e^(x − m)/s · Σ y − y).</summary>
    private static T DistributionRow<T>(ReadOnlyTensorView<T> x, ReadOnlySpan<T> y, T scale, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowSum<T> row = Exponentials(x, gradient);
        T total = Reductions.Sum(y);

        // A NaN in x or y is not lost with the terms that are left out: it is in the exponentials or in the total.
        T weighted = Reductions.SumOfWeightedDifferences(x.Row(0), row.Maximum, y);
        if (!gradient.IsEmpty)
        {
            BinaryLoop.Run(gradient.Row(0), y, gradient.Row(0), new DistributionGradient<T>(scale * total / row.Sum, scale));
        }

        return (T.Log(row.Sum) * total) - weighted;
    }

    /// <summary>m and s of a row; the gradient, if there is one, becomes e^(x − m).</summary>
    internal static RowSum<T> Exponentials<T>(ReadOnlyTensorView<T> x, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row = default(RowSum<T>);
        if (gradient.IsEmpty)
        {
            RowLoop.Run(x, gradient, ref row);
            return row;
        }

        var exponentials = default(RowExponentials<T>);
        RowLoop.Run(x, gradient, ref exponentials);
        return exponentials.Row;
    }

    /// <summary>e · factor − y · scale.</summary>
    private readonly struct DistributionGradient<T>(T factor, T scale) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector exponential, TVector y)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Subtract(
                TVector.Multiply(exponential, TVector.Broadcast(factor)), TVector.Multiply(y, TVector.Broadcast(scale)));
    }

    /// <summary>Sums log s − (x_c − m) of all rows, and writes nothing.</summary>
    private ref struct ClassLoss<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes) : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlyTensorView<T> logits = logits;
        private readonly ReadOnlySpan<int> classes = classes;

        public double Sum { get; private set; }

        public static bool Writes => false;

        public static bool OfExponentials => true;

        public T Coefficient(int row, T maximum, T sum)
        {
            Sum += double.CreateTruncating(T.Log(sum) - (logits[row, classes[row]] - maximum));
            return sum;
        }

        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => value;
    }

    /// <summary>Sums log s − (x_c − m) of all rows, and writes scale · e^(x − m)/s.</summary>
    private ref struct ClassLossAndGradient<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, T scale) : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T scale = scale;
        private ClassLoss<T> loss = new(logits, classes);

        public readonly double Sum => loss.Sum;

        public static bool Writes => true;

        public static bool OfExponentials => true;

        public T Coefficient(int row, T maximum, T sum) => scale / loss.Coefficient(row, maximum, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(value, coefficient);
    }

    /// <summary>Computes m and s of a row, and writes nothing.</summary>
    internal struct RowSum<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T Maximum { get; private set; }

        public T Sum { get; private set; }

        public static bool Writes => false;

        public static bool OfExponentials => true;

        public T Coefficient(int row, T maximum, T sum)
        {
            (Maximum, Sum) = (maximum, sum);
            return sum;
        }

        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => value;
    }

    /// <summary>Computes m and s of a row, and writes e^(x − m).</summary>
    private struct RowExponentials<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private RowSum<T> row;

        public readonly RowSum<T> Row => row;

        public static bool Writes => true;

        public static bool OfExponentials => true;

        public T Coefficient(int row, T maximum, T sum) => this.row.Coefficient(row, maximum, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => value;
    }
}
