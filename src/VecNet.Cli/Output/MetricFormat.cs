namespace VecNet.Cli;

/// <summary>The format in which metrics are shown.</summary>
internal static class MetricFormat
{
    /// <summary>A percentage such as 98.4 %, or – if there is none.</summary>
    internal static string Percent(double? share) => share is null ? "–" : $"{100 * share:F1} %";

    /// <summary>
    /// A ratio such as 0.9840, or – if it is undefined: R² of equal targets, F1 of a class that is neither present nor predicted.
    /// </summary>
    internal static string Ratio(double? value) => value is null ? "–" : $"{value:F4}";
}
