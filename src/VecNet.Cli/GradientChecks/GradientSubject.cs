namespace VecNet.Cli.GradientChecks;

/// <summary>Something with a backward pass, and how to check it.</summary>
/// <param name="Kind">Function, loss, layer or model.</param>
/// <param name="Name">As the library calls it.</param>
/// <param name="Check">Checks one case.</param>
/// <param name="Cases">How many of them there are.</param>
internal sealed record GradientSubject(string Kind, string Name, Func<GradientSample, GradientCheckResult> Check, int Cases = 4)
{
    /// <summary>Checks every case.</summary>
    internal GradientVerdict Judge(ulong seed, CancellationToken cancellationToken)
    {
        int elements = 0;
        bool hasTeeth = false;
        GradientElement? worst = null;
        for (int i = 0; i < Cases; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            GradientCheckResult result = Check(GradientSample.Of(seed, i));
            elements += result.Count;
            hasTeeth |= result.ZeroWouldFail;
            if (worst is null || !(BesideBound(result.Worst) <= BesideBound(worst.Value)))
            {
                worst = result.Worst;
            }
        }

        return new(this, elements, worst!.Value, hasTeeth);
    }

    /// <summary>The difference in units of what is allowed: above 1 is a failure, and what is no number is worse than any.</summary>
    internal static double BesideBound(GradientElement element)
    {
        double ratio = element.Difference == 0 ? 0 : element.Difference / element.Tolerance;
        return double.IsNaN(ratio) ? double.PositiveInfinity : ratio;
    }
}

/// <summary>What the checks of one subject found.</summary>
/// <param name="Subject">What was checked.</param>
/// <param name="Elements">Derivatives that were compared.</param>
/// <param name="Worst">The one that is furthest off.</param>
/// <param name="HasTeeth">Whether a backward pass of nothing but zeros would have failed.</param>
internal sealed record GradientVerdict(GradientSubject Subject, int Elements, GradientElement Worst, bool HasTeeth)
{
    /// <summary>Whether the gradient is right, as far as the checks can tell.</summary>
    internal bool Passed => HasTeeth && WorstBesideBound <= 1;

    /// <summary>Above 1 is a failure.</summary>
    internal double WorstBesideBound => GradientSubject.BesideBound(Worst);

    /// <summary>In a word or two.</summary>
    internal string Text => Passed ? "right" : !(WorstBesideBound <= 1) ? "WRONG" : "PROVES NOTHING";
}
