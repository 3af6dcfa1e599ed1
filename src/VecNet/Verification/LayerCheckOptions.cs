namespace VecNet;

/// <summary>The options of gradient checks for layers that need others than the defaults.</summary>
internal static class LayerCheckOptions
{
    /// <summary>
    /// The step for layers whose normalized rows may be narrow: 1/√(v + ε) has a pole at v = −ε, near which derivatives of high order are
    /// large. Of 4,700 samples of TransformerBlock at 5e-4 with ε = 0.1, about ten have a truncation error of more than the tolerance, at
    /// most 214 times as much. It falls with the fourth power of the step: at 3e-5 the largest is 0.003 of the tolerance. The rounding
    /// error, which grows as the step falls, is 0.02 of it there. Recurrent layers need it, too: derivatives of high order grow with the
    /// number of steps in time.
    /// </summary>
    internal const double SmallStep = 3e-5;

    /// <summary>
    /// The options for layers whose parameters grow with the square of the width: small samples are compared element by element, large ones
    /// in some elements of each tensor.
    /// </summary>
    internal static readonly GradientCheckOptions OfSome = new() { MostElements = 32 };
}
