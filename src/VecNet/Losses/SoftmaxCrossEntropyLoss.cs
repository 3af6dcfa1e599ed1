using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary><see cref="SoftmaxCrossEntropy"/> with class weights, label smoothing, an ignored class, and a choice of mean or sum.</summary>
/// <remarks>For a trainer: <c>new SoftmaxCrossEntropyLoss&lt;float&gt;(labelSmoothing: 0.1).ForwardBackward</c>. As PyTorch's <c>CrossEntropyLoss</c>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SoftmaxCrossEntropyLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] weights;
    private readonly T kept;
    private readonly double weightSum;

    /// <summary>With the given choices.</summary>
    /// <param name="classWeights">w, one for each class: how much it counts; 0 or more. Empty (default) for ones.</param>
    /// <param name="labelSmoothing">ε of [0, 1]: this part of each target is spread evenly over all classes.</param>
    /// <param name="ignoredClass">Rows of this class index do not count; it need be none of the classes (PyTorch's −100), to a trainer neither if it gets <see cref="ForwardBackward"/> itself. Null for none.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite, ε is not of [0, 1], or the reduction is unknown.</exception>
    public SoftmaxCrossEntropyLoss(
        ReadOnlySpan<T> classWeights = default, double labelSmoothing = 0, int? ignoredClass = null, Reduction reduction = Reduction.Mean)
    {
        ElementType.Check<T>();
        ElementwiseLoss.Check(reduction);
        foreach (T weight in classWeights)
        {
            if (!(weight >= T.Zero && T.IsFinite(weight)))
            {
                throw new ArgumentOutOfRangeException(nameof(classWeights), weight, $"A class weight must be 0 or more, and finite; one is {weight}.");
            }

            weightSum += double.CreateTruncating(weight);
        }

        if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, $"Label smoothing must be in [0, 1]; it is {labelSmoothing}.");
        }

        weights = [.. classWeights];
        kept = T.CreateTruncating(1 - labelSmoothing);
        LabelSmoothing = labelSmoothing;
        IgnoredClass = ignoredClass;
        Reduction = reduction;
    }

    /// <summary>One for each class; or empty.</summary>
    public IReadOnlyList<T> ClassWeights => weights;

    /// <summary>The part of each target that is spread evenly over all classes.</summary>
    public double LabelSmoothing { get; }

    /// <summary>Rows of this class index do not count; or null.</summary>
    public int? IgnoredClass { get; }

    /// <summary>Mean or sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>L = (1/N) Σᵢ lᵢ, lᵢ = −Σⱼ wⱼ qᵢⱼ log softmax(xᵢ)ⱼ with the smoothed target qᵢⱼ = (1 − ε) yᵢⱼ + ε/classes.</summary>
    /// <remarks>
    /// For class indices y is 1 at the row's class, and N = Σᵢ w of row i's class, over the rows that are not ignored; for distributions N is the number of rows.
    /// For a sum N = 1. Where nothing counts, a mean is NaN and its gradient 0, as in PyTorch.
    /// </remarks>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or there is not one weight for each class.</exception>
    public T Forward(ReadOnlyTensorView<T> logits, Targets<T> targets) => Run(logits, targets, T.One, default);

    /// <summary>∂L'/∂x = ∂L'/∂L · (softmax(x)·Σⱼ wⱼ qⱼ − w ∘ q) / N, row by row; 0 for ignored rows.</summary>
    /// <remarks>
    /// For one row, with s = Σ_k e^(x_k) and p_j = w_j q_j: l = −Σ_j p_j (x_j − log s) = log s · Σ_j p_j − Σ_j p_j x_j.
    /// ∂(log s)/∂x_i = e^(x_i)/s = softmax(x)_i. Hence ∂l/∂x_i = softmax(x)_i · Σ_j p_j − p_i. Neither w, q nor N depends on x.
    /// L divides the sum of the rows by N, and each row's logits occur in its own l only: divide by N.
    /// </remarks>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above.</param>
    /// <param name="gradLogits">∂L'/∂x, of the same shape, overwritten; apart from the others.</param>
    /// <exception cref="ArgumentException">As for <see cref="Forward"/>, or the gradient shares elements with another view; nothing has been written.</exception>
    public void Backward(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
    {
        Shape.CheckSame(logits, gradLogits);
        Run(logits, targets, gradLoss, gradLogits);
    }

    /// <summary>The value, and the gradient where <paramref name="gradLogits"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLogits">∂L/∂x, of the same shape, overwritten; apart from the others; or empty.</param>
    /// <exception cref="ArgumentException">As for <see cref="Forward"/>, or the gradient shares elements with another view; nothing has been written.</exception>
    public T ForwardBackward(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
    {
        if (!gradLogits.IsEmpty)
        {
            Shape.CheckSame(logits, gradLogits);
        }

        return Run(logits, targets, T.One, gradLogits);
    }

    private T Run(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
    {
        targets.Check(logits, IgnoredClass);
        if (weights.Length > 0)
        {
            Shape.Check<T>(weights, 1, logits.Columns, "classWeights");
        }

        Overlap.CheckApart(logits, gradLogits);
        targets.CheckApart(gradLogits);
        double count = Reduction == Reduction.Sum ? 1 : targets.AreClasses ? CountOf(targets.Classes) : logits.Rows;
        T scale = gradLoss / T.CreateTruncating(count);
        double sum = 0;
        for (int row = 0; row < logits.Rows && logits.Columns > 0; row++)
        {
            TensorView<T> gradient = gradLogits.IsEmpty ? default : gradLogits.SliceRows(row, 1);
            if (!targets.AreClasses)
            {
                sum += DistributionRow(logits.SliceRows(row, 1), targets.Values.Row(row), scale, gradient);
            }
            else if (targets.Classes[row] == IgnoredClass)
            {
                gradient.Clear();
            }
            else
            {
                sum += ClassRow(logits.SliceRows(row, 1), targets.Classes[row], scale, gradient);
            }
        }

        return T.CreateTruncating(sum / count);
    }

    /// <summary>Σ w over the rows that are not ignored.</summary>
    private double CountOf(ReadOnlySpan<int> classes)
    {
        double count = 0;
        foreach (int target in classes)
        {
            count += target == IgnoredClass ? 0 : weights.Length == 0 ? 1 : double.CreateTruncating(weights[target]);
        }

        return count;
    }

    /// <summary>p is (ε/classes)·w everywhere, and at the class (1 − ε)·w more.</summary>
    private double ClassRow(ReadOnlyTensorView<T> x, int target, T scale, TensorView<T> gradient)
    {
        SoftmaxCrossEntropy.RowSum<T> row = SoftmaxCrossEntropy.Exponentials(x, gradient);
        T spread = T.CreateTruncating(LabelSmoothing / x.Columns);
        T atTarget = weights.Length == 0 ? kept : kept * weights[target];
        T total = atTarget + (spread * T.CreateTruncating(weights.Length == 0 ? x.Columns : weightSum));
        T product = atTarget * (x[0, target] - row.Maximum);
        if (LabelSmoothing > 0)
        {
            product += spread * (weights.Length == 0
                ? Reductions.SumOfDeviations(x.Row(0), row.Maximum)
                : Reductions.SumOfWeightedDifferences(x.Row(0), row.Maximum, weights));
        }

        if (!gradient.IsEmpty)
        {
            Span<T> g = gradient.Row(0);
            T factor = scale * total / row.Sum;
            if (weights.Length == 0)
            {
                UnaryKernels.Run(g, g, new Spread(factor, scale * spread));
            }
            else
            {
                ElementwiseKernels.Run(g, weights, g, new WeightedSpread(factor, scale * spread));
            }

            g[target] -= scale * atTarget;
        }

        return double.CreateTruncating((T.Log(row.Sum) * total) - product);
    }

    private double DistributionRow(ReadOnlyTensorView<T> x, ReadOnlySpan<T> y, T scale, TensorView<T> gradient)
    {
        SoftmaxCrossEntropy.RowSum<T> row = SoftmaxCrossEntropy.Exponentials(x, gradient);
        T spread = T.CreateTruncating(LabelSmoothing / x.Columns);
        T total = T.Zero;
        T product = T.Zero;
        for (int j = 0; j < y.Length; j++)
        {
            T p = SmoothedAndWeighted(y[j], spread, j);
            total += p;
            product += T.IsZero(p) ? T.Zero : p * (x[0, j] - row.Maximum);
        }

        for (int j = 0; j < gradient.Columns; j++)
        {
            gradient[0, j] = scale * ((gradient[0, j] / row.Sum * total) - SmoothedAndWeighted(y[j], spread, j));
        }

        // A NaN in x is not lost with the terms that are left out: it is in the exponentials.
        return double.CreateTruncating((T.Log(row.Sum) * total) - product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T SmoothedAndWeighted(T y, T spread, int index)
    {
        T smoothed = (kept * y) + spread;
        return weights.Length == 0 ? smoothed : smoothed * weights[index];
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
