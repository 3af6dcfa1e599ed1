namespace VecNet.Cli.Charts;

/// <summary>A range of numbers along one side of a chart, with the numbers that are written there.</summary>
internal sealed class Axis
{
    private readonly double low;
    private readonly double high;
    private readonly Func<double, double> scale;

    private Axis(double low, double high, Func<double, double> scale, IReadOnlyList<(double Value, string Label)> ticks)
    {
        this.low = scale(low);
        this.high = scale(high);
        this.scale = scale;
        Ticks = ticks;
    }

    /// <summary>Where there is a number beside the axis.</summary>
    internal IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>From 0 at the axis' beginning to 1 at its end.</summary>
    internal double Place(double value) => (scale(value) - low) / (high - low);

    /// <summary>Equal distances for equal differences; ticks at 1, 2 or 5 times a power of ten.</summary>
    /// <param name="low">The least number that must be on it.</param>
    /// <param name="high">The greatest.</param>
    /// <param name="label">A number as it is written.</param>
    /// <param name="isTight">Whether it ends at these numbers, not at the ticks around them.</param>
    /// <param name="leastStep">Between ticks.</param>
    internal static Axis Linear(double low, double high, Func<double, string> label, bool isTight = false, double leastStep = 0)
    {
        // Of numbers that differ in their last digits only, ticks between them would be one number.
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        double raw = (high / 6) - (low / 6);
        if (!(raw > size * double.Exp2(-48)))
        {
            double margin = Math.Max(raw > 0 ? 0 : 1, size * double.Exp2(-44));
            (low, high) = (Math.Max(low - margin, -double.MaxValue), Math.Min(high + margin, double.MaxValue));
            raw = (high / 6) - (low / 6);
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = Math.Max(leastStep, power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10));
        if (!isTight)
        {
            (low, high) = (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step);
        }

        (low, high) = (Math.Max(low, -double.MaxValue), Math.Min(high, double.MaxValue));
        List<(double, string)> ticks = [];
        double first = Math.Ceiling((low / step) - 1e-9);
        double last = Math.Floor((high / step) + 1e-9);
        for (double i = first; i <= last; i++)
        {
            ticks.Add(((i * step) + 0.0, label((i * step) + 0.0)));
        }

        // A quarter of the largest difference of two doubles is a double.
        return new(low, high, x => x / 4, ticks);
    }

    /// <summary>Equal distances for equal ratios; ticks at the powers of ten, and where these are few, at 2 and 5 times them.</summary>
    internal static Axis Logarithmic(double low, double high)
    {
        double first = Math.Floor(Math.Log10(low) + 1e-9);
        double last = Math.Ceiling(Math.Log10(high) - 1e-9);
        double[] factors = Math.Log10(high / low) < 2 ? [1, 2, 5] : [1];
        double[] marks = [.. Enumerable.Range(0, (int)(last - first) + 1).SelectMany(i => factors.Select(factor => factor * Math.Pow(10, first + i)))];
        double bottom = marks.Where(mark => mark <= low * (1 + 1e-9)).DefaultIfEmpty(marks[0]).Last();
        double top = marks.Where(mark => mark >= high * (1 - 1e-9) && mark > bottom).DefaultIfEmpty(10 * bottom).First();
        return new(bottom, top, Math.Log10, [.. marks.Where(mark => mark >= bottom && mark <= top).Append(top).Distinct().Select(mark => (mark, $"{mark:G3}"))]);
    }
}
