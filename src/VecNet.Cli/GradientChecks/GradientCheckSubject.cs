namespace VecNet.Cli.GradientChecks;

/// <summary>A function, loss, layer or model with a backward pass, and how to check it.</summary>
/// <param name="Kind">The kind: function, loss, layer or model.</param>
/// <param name="Name">The name, as in the library.</param>
/// <param name="Check">Checks the gradient on one sample.</param>
/// <param name="Cases">The number of samples.</param>
internal sealed record GradientCheckSubject(string Kind, string Name, Func<GradientCheckSample, GradientCheckResult> Check, int Cases = 4)
{
    /// <summary>Checks the gradient on all samples.</summary>
    internal GradientCheckSummary CheckAll(ulong seed, CancellationToken cancellationToken)
    {
        int elements = 0;
        bool rejectsZeros = false;
        GradientElement? worst = null;
        for (int i = 0; i < Cases; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            GradientCheckResult result = Check(GradientCheckSample.Of(seed, i));
            elements += result.Count;
            rejectsZeros |= result.ZeroWouldFail;
            if (worst is null || !(ErrorRatio(result.Worst) <= ErrorRatio(worst.Value)))
            {
                worst = result.Worst;
            }
        }

        return new(this, elements, worst!.Value, rejectsZeros);
    }

    /// <summary>The error relative to the tolerance: above 1 is a failure. NaN becomes infinity.</summary>
    internal static double ErrorRatio(GradientElement element)
    {
        double ratio = element.Difference == 0 ? 0 : element.Difference / element.Tolerance;
        return double.IsNaN(ratio) ? double.PositiveInfinity : ratio;
    }
}

/// <summary>The result of the checks of one subject.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Elements">The number of derivatives that were compared.</param>
/// <param name="Worst">The derivative with the largest error.</param>
/// <param name="RejectsZeros">Whether a backward pass that returns zeros would have failed.</param>
internal sealed record GradientCheckSummary(GradientCheckSubject Subject, int Elements, GradientElement Worst, bool RejectsZeros)
{
    /// <summary>Whether the checks have passed.</summary>
    internal bool Passed => RejectsZeros && WorstErrorRatio <= 1;

    /// <summary>The largest error relative to its tolerance.</summary>
    internal double WorstErrorRatio => GradientCheckSubject.ErrorRatio(Worst);

    /// <summary>The result as a word.</summary>
    internal string Result => Passed ? "passed" : !(WorstErrorRatio <= 1) ? "FAILED" : "INCONCLUSIVE";
}
