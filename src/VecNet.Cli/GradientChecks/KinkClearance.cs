namespace VecNet.Cli;

/// <summary>Keeps the inputs of gradient checks away from kinks.</summary>
internal static class KinkClearance
{
    /// <summary>Returns the number itself, or one nearby that is further than <paramref name="clearance"/> from every kink.</summary>
    /// <param name="x">The number.</param>
    /// <param name="kinks">The inputs at which differences would be wrong.</param>
    /// <param name="clearance">The distance, which must be more than 2h of a check.</param>
    internal static double MoveAway(double x, IReadOnlyList<double> kinks, double clearance)
    {
        double direction = double.CopySign(clearance, Nearest(x, kinks, out double kink) < clearance ? x - kink : 1);
        while (Nearest(x, kinks, out _) < clearance)
        {
            x += 10 * direction;
        }

        return x;
    }

    /// <summary>The distance of the number from the nearest kink; infinite where there is none.</summary>
    internal static double Nearest(double x, IReadOnlyList<double> kinks, out double kink)
    {
        kink = double.NaN;
        double nearest = double.PositiveInfinity;
        foreach (double candidate in kinks)
        {
            double distance = Math.Abs(x - candidate);
            if (distance < nearest)
            {
                (nearest, kink) = (distance, candidate);
            }
        }

        return nearest;
    }
}
