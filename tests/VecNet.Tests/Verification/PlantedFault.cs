namespace VecNet.Tests;

/// <summary>A fault planted in a backward pass, and the gradient check that must catch it.</summary>
/// <param name="Pass">Whose backward pass it is.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="CaughtBy">The property that runs the same check on the library's own backward pass.</param>
/// <param name="Check">The check, with the fault planted if asked.</param>
/// <param name="Square">Whether the fault shows (or can be made) on square weights only.</param>
internal sealed record PlantedFault(
    string Pass, string Fault, string CaughtBy, Func<GradientCase, bool, GradientCheckResult> Check, bool Square = false)
{
    public override string ToString() => $"{Pass}, {Fault} → {CaughtBy}";
}

/// <summary>What can go wrong with any backward pass: the right gradient, spoilt.</summary>
internal static class Spoiling
{
    public delegate void Spoil(TensorView<double> gradient);

    public static IReadOnlyList<(string Fault, Spoil Spoil)> All { get; } =
    [
        ("scaled by 1.01", gradient => Elementwise.Scale(gradient, 1.01, gradient)),
        ("wrong sign", gradient => Elementwise.Scale(gradient, -1, gradient)),
        ("all zero", gradient => gradient.Clear()),
        ("the remainder's last element missed", MissLast),
        ("two neighbours swapped", SwapNeighbours),
    ];

    /// <summary>The right backward pass, then the fault.</summary>
    public static BackwardFunction After(this Spoil spoil, BackwardFunction right) => (x, y, g, gradInput) =>
    {
        right(x, y, g, gradInput);
        spoil(gradInput);
    };

    /// <summary>A backward pass element by element: gradInput = f(x, y, g).</summary>
    public static BackwardFunction ByElement(Func<double, double, double, double> f) => (x, y, g, gradInput) =>
    {
        for (int row = 0; row < gradInput.Rows; row++)
        {
            for (int column = 0; column < gradInput.Columns; column++)
            {
                gradInput[row, column] = f(x[row, column], y[row, column], g[row, column]);
            }
        }
    };

    /// <summary>The last element that is not zero anyway: what a vector loop without its remainder leaves.</summary>
    private static void MissLast(TensorView<double> gradient)
    {
        Span<double> all = gradient.AsSpan();
        all[all.LastIndexOfAnyExcept(0.0)] = 0;
    }

    private static void SwapNeighbours(TensorView<double> gradient)
    {
        Span<double> all = gradient.AsSpan();
        int other = all.IndexOfAnyExcept(all[0]);
        (all[other - 1], all[other]) = (all[other], all[other - 1]);
    }
}
