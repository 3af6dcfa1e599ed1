using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Rows of <see cref="SoftmaxCrossEntropy{T}"/> with class weights or label smoothing; see there for the derivation.</summary>
/// <remarks>
/// Weights are kept relative to a power of two by the largest one, so that weights near the ends of the number range neither overflow nor
/// vanish in the vectors; the power multiplies sums and scales in double precision.
/// </remarks>
internal sealed class SmoothedCrossEntropy<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] weights;

    /// <summary>The same for vectors.</summary>
    private readonly T[] narrowWeights;
    private readonly double unit;
    private readonly double weightSum;
    private readonly double smoothing;

    /// <summary>Creates the kernel with a weight for each class, or without weights.</summary>
    internal SmoothedCrossEntropy(T[] classWeights, double labelSmoothing)
    {
        smoothing = labelSmoothing;
        double largest = 0;
        foreach (T weight in classWeights)
        {
            largest = Math.Max(largest, double.CreateTruncating(weight));
        }

        unit = largest > 0 ? Math.ScaleB(1, Math.ILogB(largest)) : 1;
        weights = new double[classWeights.Length];
        narrowWeights = new T[classWeights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = double.CreateTruncating(classWeights[i]) / unit;
            narrowWeights[i] = T.CreateTruncating(weights[i]);
            weightSum += weights[i];
        }
    }

    /// <summary>p is (ε/classes)·w for every class, plus (1 − ε)·w for the row's class.</summary>
    internal double Class(ReadOnlyTensorView<T> x, int target, double scale, TensorView<T> gradient)
    {
        double spread = smoothing / x.Columns;
        double atTarget = (1 - smoothing) * (weights.Length == 0 ? 1 : weights[target]);
        double total = atTarget + (spread * (weights.Length == 0 ? x.Columns : weightSum));
        if (total == 0)
        {
            gradient.Clear();
            return 0;
        }

        SoftmaxCrossEntropyRows.RowSum<T> row = SoftmaxCrossEntropyRows.Exponentials(x, gradient);
        double weighted = atTarget == 0 ? 0 : atTarget * double.CreateTruncating(x[0, target] - row.Maximum);
        if (smoothing > 0)
        {
            weighted += spread * double.CreateTruncating(weights.Length == 0
                ? Reductions.SumOfDeviations(x.Row(0), row.Maximum)
                : Reductions.SumOfWeightedDifferences(x.Row(0), row.Maximum, narrowWeights));
        }

        if (!gradient.IsEmpty)
        {
            Span<T> g = gradient.Row(0);
            T factor = T.CreateTruncating(unit * scale * total / double.CreateTruncating(row.Sum));
            T everywhere = T.CreateTruncating(unit * scale * spread);
            if (weights.Length == 0)
            {
                UnaryLoop.Run(g, g, new Spread(factor, everywhere));
            }
            else
            {
                BinaryLoop.Run(g, narrowWeights, g, new WeightedSpread(factor, everywhere));
            }

            g[target] -= T.CreateTruncating(unit * scale * atTarget);
        }

        return unit * ((double.CreateTruncating(T.Log(row.Sum)) * total) - weighted);
    }

    /// <summary>p is w·((1 − ε)·y + ε/classes).</summary>
    internal double Distribution(ReadOnlyTensorView<T> x, ReadOnlySpan<T> y, double scale, TensorView<T> gradient)
    {
        if (weights.Length > 0 && weightSum == 0)
        {
            gradient.Clear();
            return 0;
        }

        SoftmaxCrossEntropyRows.RowSum<T> row = SoftmaxCrossEntropyRows.Exponentials(x, gradient);
        double total = 0;
        double weighted = 0;
        for (int j = 0; j < y.Length; j++)
        {
            double p = SmoothedAndWeighted(y, j);
            total += p;
            weighted += p == 0 ? 0 : p * double.CreateTruncating(x[0, j] - row.Maximum);
        }

        for (int j = 0; j < gradient.Columns; j++)
        {
            double softmax = double.CreateTruncating(gradient[0, j]) / double.CreateTruncating(row.Sum);
            gradient[0, j] = T.CreateTruncating(unit * scale * ((softmax * total) - SmoothedAndWeighted(y, j)));
        }

        // A NaN in x is not lost with the terms that are left out: it is in the exponentials.
        return unit * ((double.CreateTruncating(T.Log(row.Sum)) * total) - weighted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double SmoothedAndWeighted(ReadOnlySpan<T> y, int index)
    {
        double q = ((1 - smoothing) * double.CreateTruncating(y[index])) + (smoothing / y.Length);
        return weights.Length == 0 ? q : q * weights[index];
    }

    /// <summary>e · factor − spread.</summary>
    private readonly struct Spread(T factor, T spread) : IUnaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector exponential)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Subtract(TVector.Multiply(exponential, TVector.Broadcast(factor)), TVector.Broadcast(spread));
    }

    /// <summary>e · factor − w · spread.</summary>
    private readonly struct WeightedSpread(T factor, T spread) : IBinaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector exponential, TVector weight)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Subtract(TVector.Multiply(exponential, TVector.Broadcast(factor)), TVector.Multiply(weight, TVector.Broadcast(spread)));
    }
}
