using System.Globalization;

namespace VecNet;

/// <summary>When an analytic gradient a counts as equal to the numerical n.</summary>
/// <remarks>
/// |a − n| ≤ AbsoluteTolerance + RelativeTolerance · |n| + ScaleTolerance · max(‖a‖∞, |f|), element by element, f the function's value.
/// What is not finite fails.
/// </remarks>
public sealed record GradientCheckOptions
{
    /// <summary>What this project asks of its own gradients: ScaleTolerance 1e-7 alone. The default.</summary>
    public static GradientCheckOptions Strict { get; } = new();

    /// <summary>PyTorch's criterion (torch.autograd.gradcheck): eps 1e-6, atol 1e-5, rtol 1e-3. The loosest that makes sense.</summary>
    public static GradientCheckOptions PyTorch { get; } =
        new() { Step = 1e-6, AbsoluteTolerance = 1e-5, RelativeTolerance = 1e-3, ScaleTolerance = 0 };

    /// <summary>h = Step · max(1, |x|).</summary>
    /// <remarks>
    /// The truncation error of four points is h⁴·f⁽⁵⁾/30 and the rounding error about 1.5·2⁻⁵³·|f|/h: at 5e-4 they are 2e-15·f⁽⁵⁾
    /// and 3e-13·|f|. Two steps are also how close to a kink x may lie.
    /// </remarks>
    public double Step { get; init; } = 5e-4;

    /// <summary>In units of the gradient.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>Relative to the numerical derivative of the element.</summary>
    public double RelativeTolerance { get; init; }

    /// <summary>Relative to the larger of the largest analytic derivative and the function's value.</summary>
    public double ScaleTolerance { get; init; } = 1e-7;

    /// <summary>
    /// At most so many elements of each tensor are compared, spread evenly over it; for networks too large to compare every one. All by
    /// default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
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
/// <param name="Tensor">What the element belongs to, e.g. <c>input</c> or <c>0.weight</c>.</param>
/// <param name="Row">Of the element.</param>
/// <param name="Column">Of the element.</param>
/// <param name="Analytic">As the backward pass has it.</param>
/// <param name="Numerical">As the differences have it.</param>
/// <param name="Tolerance">How far apart they may be.</param>
public readonly record struct GradientElement(string Tensor, int Row, int Column, double Analytic, double Numerical, double Tolerance)
{
    /// <summary>|a − n|.</summary>
    public double Difference => Math.Abs(Analytic - Numerical);

    /// <summary>Whether the two are equal within the tolerance; never with a NaN or ∞.</summary>
    public bool Passed => Difference <= Tolerance;

    /// <summary>How bad it is: above 1 is a failure.</summary>
    internal double Badness => double.IsFinite(Difference) ? Difference == 0 ? 0 : Difference / Tolerance : double.PositiveInfinity;
}

/// <summary>What a gradient check found.</summary>
/// <param name="Worst">The element whose difference is largest beside its tolerance.</param>
/// <param name="Count">How many elements were compared.</param>
/// <param name="Unproven">The tensors, by name, for which a gradient of zeros would have passed: of those the check proves little.</param>
public sealed record GradientCheckResult(GradientElement Worst, int Count, IReadOnlyList<string> Unproven)
{
    /// <summary>Whether every element is equal within its tolerance.</summary>
    public bool Passed => Count == 0 || Worst.Passed;

    /// <summary>Whether a backward pass that returns nothing but zeros, for all tensors, would have failed.</summary>
    public bool ZeroWouldFail { get; init; }

    /// <summary>Throws if an element failed, naming the worst one.</summary>
    /// <param name="requireTeeth">Whether also to throw if zeros would have passed for some tensor (see <see cref="Unproven"/>).</param>
    /// <exception cref="GradientCheckException">An element failed, or the check has no teeth.</exception>
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

    /// <summary>One line: the verdict and the worst element.</summary>
    public override string ToString() => Count == 0
        ? "Gradient check passed: there is no element."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Gradient check {(Passed ? "passed" : "FAILED")}: worst of {Count} is {Worst.Tensor}[{Worst.Row}, {Worst.Column}]: "
            + $"analytic {Worst.Analytic:G17}, numerical {Worst.Numerical:G17}, difference {Worst.Difference:G3}, "
            + $"allowed {Worst.Tolerance:G3}.");

    /// <summary>Both checks as one.</summary>
    internal GradientCheckResult And(GradientCheckResult other) => new(
        Count == 0 || (other.Count > 0 && other.Worst.Badness > Worst.Badness) ? other.Worst : Worst,
        Count + other.Count,
        [.. Unproven, .. other.Unproven])
    {
        ZeroWouldFail = ZeroWouldFail || other.ZeroWouldFail,
    };
}

/// <summary>A backward pass does not agree with numerical differences.</summary>
/// <param name="message">Names the worst element, both values and the tolerance.</param>
public sealed class GradientCheckException(string message) : Exception(message);
