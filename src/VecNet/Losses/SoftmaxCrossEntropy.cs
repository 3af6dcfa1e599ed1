using System.Globalization;
using System.Numerics;

namespace VecNet;

/// <summary>
/// Softmax and cross-entropy in one operation, from logits, averaged over the rows that are not ignored, or summed: L = (1/N) Σᵢ lᵢ,
/// lᵢ = −Σⱼ wⱼ qᵢⱼ log softmax(xᵢ)ⱼ with the smoothed target qᵢⱼ = (1 − ε) yᵢⱼ + ε/classes. It is the same as PyTorch's
/// <c>CrossEntropyLoss</c>.
/// </summary>
/// <remarks>
/// <para>
/// For class indices y is 1 at the row's class, and N = Σᵢ w of row i's class, over the rows that are not ignored; for distributions N is
/// the number of rows. Without weights w = 1. For a sum N = 1. Where there is no row, every row is ignored or the weights of all rows are
/// 0, a mean is NaN and its gradient is exactly 0 for any logits. A row whose weight is 0 is treated like an ignored one, unless smoothing
/// gives weight to other classes.
/// </para>
/// <para>
/// The logarithm and the exponential cancel, so that nothing overflows, underflows or divides by a vanishing probability:
/// −log softmax(x)_c = log Σⱼ e^(xⱼ − m) − (x_c − m), where m is the row's maximum. It is accurate for logits of ±10⁴ and more. A target of
/// 0 contributes 0.
/// </para>
/// <para>
/// For one row, with s = Σ_k e^(x_k) and p_j = w_j q_j: l = −Σ_j p_j (x_j − log s) = log s · Σ_j p_j − Σ_j p_j x_j.
/// ∂(log s)/∂x_i = e^(x_i)/s = softmax(x)_i. Hence ∂l/∂x_i = softmax(x)_i · Σ_j p_j − p_i. Neither w, q nor N depends on x.
/// L divides the sum of the rows by N, and each row's logits occur in its own l only: divide by N. Without weights and smoothing, and for
/// targets that sum to 1, that is (softmax(x) − y) / N: softmax minus target. The gradient must not share elements with logits or targets.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SoftmaxCrossEntropy<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] weights;

    /// <summary>The kernel of class weights and label smoothing; null where there are neither.</summary>
    private readonly SmoothedCrossEntropy<T>? smoothed;

    /// <summary>Creates the loss with the given options.</summary>
    /// <param name="classWeights">w, the weight of each class, 0 or more; empty (default) for ones.</param>
    /// <param name="labelSmoothing">ε in [0, 1], the part of each target that is spread evenly over all classes.</param>
    /// <param name="ignoredClass">
    /// Rows of this class index are ignored; it need not be one of the classes (such as PyTorch's −100). Null for none. Their features must
    /// nevertheless be finite: in a batch with other rows, a NaN among them makes the gradients of the weights NaN (0 · NaN), as in
    /// PyTorch.
    /// </param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A weight is negative or not finite, ε is not in [0, 1], or the reduction is unknown.
    /// </exception>
    public SoftmaxCrossEntropy(
        ReadOnlySpan<T> classWeights = default, double labelSmoothing = 0, int? ignoredClass = null, Reduction reduction = Reduction.Mean)
    {
        ElementType.Check<T>();
        ElementwiseLoss.Check(reduction);
        foreach (T weight in classWeights)
        {
            if (!(weight >= T.Zero && T.IsFinite(weight)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(classWeights), weight, $"A class weight must be 0 or more, and finite; one is {weight}.");
            }
        }

        if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, $"Label smoothing must be in [0, 1]; it is {labelSmoothing}.");
        }

        weights = [.. classWeights];
        LabelSmoothing = labelSmoothing;
        IgnoredClass = ignoredClass;
        Reduction = reduction;
        smoothed = weights.Length > 0 || labelSmoothing > 0 ? new(weights, labelSmoothing) : null;
    }

    /// <inheritdoc/>
    public string Name => "SoftmaxCrossEntropy";

    /// <summary>w, one for each class; or empty.</summary>
    public IReadOnlyList<T> ClassWeights => weights;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("class weights", string.Join(", ", weights.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture)))),
        new("label smoothing", LabelSmoothing),
    ];

    /// <summary>ε, the part of each target that is spread evenly over all classes.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public int? IgnoredClass { get; }

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <summary>Σᵢ w of row i's class, over the rows that are not ignored; for distributions the number of rows.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets)
    {
        if (!targets.AreClasses || (weights.Length == 0 && IgnoredClass is null))
        {
            return targets.Rows;
        }

        if (weights.Length > 0)
        {
            targets.CheckClasses(weights.Length, IgnoredClass);
        }

        double sum = 0;
        foreach (int target in targets.Classes)
        {
            sum += target == IgnoredClass ? 0 : weights.Length == 0 ? 1 : double.CreateTruncating(weights[target]);
        }

        return sum;
    }

    /// <summary>Σᵢ lᵢ, and scale · (softmax(x)·Σⱼ pⱼ − p), row by row; 0 for ignored rows.</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction)
    {
        targets.Check(prediction, IgnoredClass);
        ElementwiseLoss.CheckWeights<T>(weights, prediction);
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        Overlap.CheckDisjoint(prediction, gradPrediction);
        targets.CheckDisjoint(gradPrediction);
        if (smoothed is null && !targets.AreClasses)
        {
            return SoftmaxCrossEntropyRows.Distributions(prediction, targets.Values, T.CreateTruncating(scale), gradPrediction);
        }

        return smoothed is null && !(IgnoredClass is { } ignored && targets.Classes.Contains(ignored))
            ? SoftmaxCrossEntropyRows.Classes(prediction, targets.Classes, T.CreateTruncating(scale), gradPrediction)
            : RowByRow(prediction, targets, scale, gradPrediction);
    }

    private double RowByRow(ReadOnlyTensorView<T> logits, Targets<T> targets, double scale, TensorView<T> gradLogits)
    {
        double sum = 0;
        for (int row = 0; row < logits.Rows && logits.Columns > 0; row++)
        {
            ReadOnlyTensorView<T> x = logits.SliceRows(row, 1);
            TensorView<T> gradient = gradLogits.IsEmpty ? default : gradLogits.SliceRows(row, 1);
            if (!targets.AreClasses)
            {
                sum += smoothed!.Distribution(x, targets.Values.Row(row), scale, gradient);
            }
            else if (targets.Classes[row] == IgnoredClass)
            {
                gradient.Clear();
            }
            else
            {
                sum += smoothed?.Class(x, targets.Classes[row], scale, gradient)
                    ?? SoftmaxCrossEntropyRows.Classes(x, targets.Classes.Slice(row, 1), T.CreateTruncating(scale), gradient);
            }
        }

        return sum;
    }
}
