using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Softmax and cross-entropy in one: from logits to the mean loss and its gradient, in one sweep over each row.</summary>
/// <remarks>
/// The logarithm and the exponential cancel, so that nothing overflows, underflows or divides by a vanishing probability:
/// −log softmax(x)_c = log Σⱼ e^(xⱼ − m) − (x_c − m), m the row's maximum. Right for logits of ±10⁴ and more.
/// </remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>L = −(1/batch) Σᵢ Σⱼ yᵢⱼ log softmax(xᵢ)ⱼ; for class indices y is 1 at the row's class. No row: NaN, as in PyTorch.</summary>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row (a target of 0 contributes 0).</param>
    /// <exception cref="ArgumentException">The shapes differ, or a class index is out of range.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logits, targets, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T})"/>
    public static T Forward<T>(TensorView<T> logits, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(logits.AsReadOnly(), targets);

    /// <summary>∂L/∂x = (softmax(x)·Σⱼ yⱼ − y) / batch: softmax minus target, where the targets sum to 1.</summary>
    /// <remarks>
    /// For one row, with s = Σ_k e^(x_k) and log softmax(x)_j = x_j − log s: l = −Σ_j y_j (x_j − log s) = log s · Σ_j y_j − Σ_j y_j x_j.
    /// ∂(log s)/∂x_i = e^(x_i)/s = softmax(x)_i. Hence ∂l/∂x_i = softmax(x)_i · Σ_j y_j − y_i.
    /// L is the mean of l over the rows of the batch, and each row's logits occur in its own l only: divide by batch.
    /// </remarks>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLogits">∂L/∂x, of the same shape, overwritten; apart from the others.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or the gradient shares elements with another view; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward(logits, targets, T.One, gradLogits);

    /// <summary>∂L'/∂x = ∂L'/∂L · (softmax(x)·Σⱼ yⱼ − y) / batch, where the loss itself is the input of something else.</summary>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above.</param>
    /// <param name="gradLogits">∂L'/∂x, of the same shape, overwritten; apart from the others.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or the gradient shares elements with another view; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(logits, gradLogits);
        Run(logits, targets, gradLoss, gradLogits);
    }

    /// <summary>The value, and the gradient where <paramref name="gradLogits"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <inheritdoc cref="Backward{T}(ReadOnlyTensorView{T}, Targets{T}, TensorView{T})"/>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradLogits.IsEmpty)
        {
            Shape.CheckSame(logits, gradLogits);
        }

        return Run(logits, targets, T.One, gradLogits);
    }

    private static T Run<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        targets.Check(logits);
        Overlap.CheckApart(logits, gradLogits);
        targets.CheckApart(gradLogits);
        T scale = gradLoss / T.CreateTruncating(logits.Rows);
        double sum = targets.AreClasses ? Classes(logits, targets.Classes, scale, gradLogits) : Distributions(logits, targets.Values, scale, gradLogits);
        return T.CreateTruncating(sum / logits.Rows);
    }

    /// <summary>Σ (log s − (x_c − m)); the gradient, if there is one, becomes scale · (e^(x − m)/s − 1 at c).</summary>
    private static double Classes<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, T scale, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gradient.IsEmpty)
        {
            var value = new ClassLoss<T>(logits, classes);
            RowKernels.Run(logits, gradient, ref value);
            return value.Sum;
        }

        var both = new ClassLossAndGradient<T>(logits, classes, scale);
        RowKernels.Run(logits, gradient, ref both);
        for (int row = 0; row < classes.Length; row++)
        {
            gradient[row, classes[row]] -= scale;
        }

        return both.Sum;
    }

    private static double Distributions<T>(ReadOnlyTensorView<T> logits, ReadOnlyTensorView<T> targets, T scale, TensorView<T> gradLogits)
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
        T product = Reductions.SumOfWeightedDifferences(x.Row(0), row.Maximum, y);
        if (!gradient.IsEmpty)
        {
            ElementwiseKernels.Run(gradient.Row(0), y, gradient.Row(0), new DistributionGradient<T>(scale * total / row.Sum, scale));
        }

        return (T.Log(row.Sum) * total) - product;
    }

    /// <summary>m and s of a row; the gradient, if there is one, becomes e^(x − m).</summary>
    internal static RowSum<T> Exponentials<T>(ReadOnlyTensorView<T> x, TensorView<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row = default(RowSum<T>);
        if (gradient.IsEmpty)
        {
            RowKernels.Run(x, gradient, ref row);
            return row;
        }

        var exponentials = default(RowExponentials<T>);
        RowKernels.Run(x, gradient, ref exponentials);
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

    /// <summary>Adds up log s − (x_c − m) of all rows, and writes nothing.</summary>
    private ref struct ClassLoss<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes) : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlyTensorView<T> logits = logits;
        private readonly ReadOnlySpan<int> classes = classes;

        public double Sum { get; private set; }

        public static bool Writes => false;

        public static bool OfExponentials => true;

        public T Number(int row, T maximum, T sum)
        {
            Sum += double.CreateTruncating(T.Log(sum) - (logits[row, classes[row]] - maximum));
            return sum;
        }

        public static TVector Result<TVector>(TVector value, TVector number)
            where TVector : struct, IVector<TVector, T> => value;
    }

    /// <summary>Adds up log s − (x_c − m) of all rows, and writes scale · e^(x − m)/s.</summary>
    private ref struct ClassLossAndGradient<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, T scale) : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T scale = scale;
        private ClassLoss<T> loss = new(logits, classes);

        public readonly double Sum => loss.Sum;

        public static bool Writes => true;

        public static bool OfExponentials => true;

        public T Number(int row, T maximum, T sum) => scale / loss.Number(row, maximum, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector number)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(value, number);
    }

    /// <summary>Keeps m and s of a row, and writes nothing.</summary>
    internal struct RowSum<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T Maximum { get; private set; }

        public T Sum { get; private set; }

        public static bool Writes => false;

        public static bool OfExponentials => true;

        public T Number(int row, T maximum, T sum)
        {
            (Maximum, Sum) = (maximum, sum);
            return sum;
        }

        public static TVector Result<TVector>(TVector value, TVector number)
            where TVector : struct, IVector<TVector, T> => value;
    }

    /// <summary>Keeps m and s of a row, and writes e^(x − m).</summary>
    private struct RowExponentials<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private RowSum<T> row;

        public readonly RowSum<T> Row => row;

        public static bool Writes => true;

        public static bool OfExponentials => true;

        public T Number(int row, T maximum, T sum) => this.row.Number(row, maximum, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector number)
            where TVector : struct, IVector<TVector, T> => value;
    }
}
