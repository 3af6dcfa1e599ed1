namespace VecNet.Benchmarks.Comparing;

/// <summary>Cost ∝ sizeᵖ, fitted to measurements.</summary>
internal static class PowerLaw
{
    /// <summary>The exponent p: the slope of the least squares' line through (log size, log cost); NaN for fewer than two sizes.</summary>
    internal static double Exponent(IReadOnlyList<(double Size, double Cost)> points)
    {
        double meanSize = points.Average(point => Math.Log(point.Size));
        double meanCost = points.Average(point => Math.Log(point.Cost));
        double covariance = points.Sum(point => (Math.Log(point.Size) - meanSize) * (Math.Log(point.Cost) - meanCost));
        double variance = points.Sum(point => (Math.Log(point.Size) - meanSize) * (Math.Log(point.Size) - meanSize));
        return covariance / variance;
    }
}
