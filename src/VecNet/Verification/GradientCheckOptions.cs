using System.Globalization;

namespace VecNet;

/// <summary>The tolerances within which an analytic gradient a is equal to the numerical n.</summary>
/// <remarks>
/// |a − n| ≤ AbsoluteTolerance + RelativeTolerance · |n| + ScaleTolerance · max(‖a‖∞, |f|), element by element, where f is the function's
/// value. An element that is not finite fails.
/// </remarks>
public sealed record GradientCheckOptions
{
    /// <summary>The tolerances for built-in gradients, which are the default: ScaleTolerance 1e-7 only.</summary>
    public static GradientCheckOptions Strict { get; } = new();

    /// <summary>PyTorch's criterion (torch.autograd.gradcheck): eps 1e-6, atol 1e-5, rtol 1e-3. Looser tolerances prove little.</summary>
    public static GradientCheckOptions PyTorch { get; } =
        new() { Step = 1e-6, AbsoluteTolerance = 1e-5, RelativeTolerance = 1e-3, ScaleTolerance = 0 };

    /// <summary>The relative increment: h = Step · max(1, |x|).</summary>
    /// <remarks>
    /// The truncation error of four points is h⁴·f⁽⁵⁾/30 and the rounding error about 1.5·2⁻⁵³·|f|/h: at 5e-4 they are 2e-15·f⁽⁵⁾
    /// and 3e-13·|f|. The distance of x from a kink must be more than 2h.
    /// </remarks>
    public double Step { get; init; } = 5e-4;

    /// <summary>The tolerance in units of the gradient.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>The tolerance relative to the numerical derivative of the element.</summary>
    public double RelativeTolerance { get; init; }

    /// <summary>The tolerance relative to the larger of the largest analytic derivative and the function's value.</summary>
    public double ScaleTolerance { get; init; } = 1e-7;

    /// <summary>
    /// The largest number of elements of each tensor that are compared, spread evenly over it, for networks too large to compare every one.
    /// All are compared by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MostElements
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MostElements));
            field = value;
        }
    } = int.MaxValue;

    internal double Tolerance(double numerical, double largestAnalytic, double value) =>
        AbsoluteTolerance + (RelativeTolerance * Math.Abs(numerical)) + (ScaleTolerance * Math.Max(largestAnalytic, Math.Abs(value)));
}

/// <summary>One element whose analytic and numerical derivatives were compared.</summary>
/// <param name="Tensor">The tensor of the element, such as <c>input</c> or <c>0.weight</c>.</param>
/// <param name="Row">The row of the element.</param>
/// <param name="Column">The column of the element.</param>
/// <param name="Analytic">The derivative of the backward pass.</param>
/// <param name="Numerical">The derivative by differences.</param>
/// <param name="Tolerance">The largest difference allowed.</param>
public readonly record struct GradientElement(string Tensor, int Row, int Column, double Analytic, double Numerical, double Tolerance)
{
    /// <summary>|a − n|.</summary>
    public double Difference => Math.Abs(Analytic - Numerical);

    /// <summary>Whether the two are equal within the tolerance; never with a NaN or ∞.</summary>
    public bool Passed => Difference <= Tolerance;

    /// <summary>The difference divided by the tolerance; more than 1 is a failure.</summary>
    internal double Badness => double.IsFinite(Difference) ? Difference == 0 ? 0 : Difference / Tolerance : double.PositiveInfinity;
}

/// <summary>The result of a gradient check.</summary>
public sealed class GradientCheckResult
{
    internal GradientCheckResult(GradientElement worst, int count, IReadOnlyList<string> unproven) =>
        (Worst, Count, Unproven) = (worst, count, unproven);

    /// <summary>The element whose difference is largest relative to its tolerance.</summary>
    public GradientElement Worst { get; }

    /// <summary>The number of elements compared.</summary>
    public int Count { get; }

    /// <summary>The names of the tensors for which a gradient of zeros would have passed, for which the check proves little.</summary>
    public IReadOnlyList<string> Unproven { get; }

    /// <summary>Whether every element is equal within its tolerance.</summary>
    public bool Passed => Count == 0 || Worst.Passed;

    /// <summary>Whether a backward pass that returns nothing but zeros, for all tensors, would have failed.</summary>
    public bool ZeroWouldFail { get; init; }

    /// <summary>Throws if an element failed, naming the worst one.</summary>
    /// <param name="requireTeeth">Whether also to throw if zeros would have passed for some tensor (see <see cref="Unproven"/>).</param>
    /// <exception cref="GradientCheckException">An element failed, or a gradient of zeros would have passed.</exception>
    public void ThrowIfFailed(bool requireTeeth = false)
    {
        if (!Passed)
        {
            throw new GradientCheckException(ToString());
        }

        if (requireTeeth && Unproven.Count > 0)
        {
            throw new GradientCheckException(
                $"The gradient check proves little: for {string.Join(", ", Unproven)} a gradient of zeros would have passed. "
                + "Choose another input.");
        }
    }

    /// <summary>Returns one line with the verdict and the worst element.</summary>
    public override string ToString() => Count == 0
        ? "Gradient check passed: there is no element."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Gradient check {(Passed ? "passed" : "FAILED")}: worst of {Count} is {Worst.Tensor}[{Worst.Row}, {Worst.Column}]: "
            + $"analytic {Worst.Analytic:G17}, numerical {Worst.Numerical:G17}, difference {Worst.Difference:G3}, "
            + $"allowed {Worst.Tolerance:G3}.");

    /// <summary>Combines two results.</summary>
    internal GradientCheckResult And(GradientCheckResult other) => new(
        Count == 0 || (other.Count > 0 && other.Worst.Badness > Worst.Badness) ? other.Worst : Worst,
        Count + other.Count,
        [.. Unproven, .. other.Unproven])
    {
        ZeroWouldFail = ZeroWouldFail || other.ZeroWouldFail,
    };
}

/// <summary>The exception that is thrown when a backward pass does not agree with numerical differences.</summary>
/// <param name="message">The message, which names the worst element, both values and the tolerance.</param>
public sealed class GradientCheckException(string message) : Exception(message);
