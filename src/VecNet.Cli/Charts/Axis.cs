namespace VecNet.Cli.Charts;

/// <summary>A range of numbers along one side of a chart, and its tick labels.</summary>
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

    /// <summary>The ticks: their values and labels.</summary>
    internal IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>The position of a value, from 0 at the beginning of the axis to 1 at its end.</summary>
    internal double PositionOf(double value) => (scale(value) - low) / (high - low);

    /// <summary>A linear axis with ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="low">The smallest number on the axis.</param>
    /// <param name="high">The largest number on the axis.</param>
    /// <param name="label">Formats a number.</param>
    /// <param name="isTight">Whether the axis ends at these numbers instead of at the ticks around them.</param>
    /// <param name="leastStep">The smallest distance between ticks.</param>
    internal static Axis Linear(double low, double high, Func<double, string> label, bool isTight = false, double leastStep = 0)
    {
        // Ticks between numbers that differ only in their last digits would have the same label.
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

        // The scale of 1/4 keeps the difference of the largest doubles from overflowing.
        return new(low, high, x => x / 4, ticks);
    }

    /// <summary>A logarithmic axis with ticks at the powers of ten, and if these are few, at 2 and 5 times them.</summary>
    internal static Axis Logarithmic(double low, double high)
    {
        double first = Math.Floor(Math.Log10(low) + 1e-9);
        double last = Math.Ceiling(Math.Log10(high) - 1e-9);
        double[] factors = Math.Log10(high / low) < 2 ? [1, 2, 5] : [1];
        double[] marks = [.. Enumerable.Range(0, (int)(last - first) + 1)
            .SelectMany(i => factors.Select(factor => factor * Math.Pow(10, first + i)))];
        double bottom = marks.Where(mark => mark <= low * (1 + 1e-9)).DefaultIfEmpty(marks[0]).Last();
        double top = marks.Where(mark => mark >= high * (1 - 1e-9) && mark > bottom).DefaultIfEmpty(10 * bottom).First();
        return new(
            bottom,
            top,
            Math.Log10,
            [.. marks.Where(mark => mark >= bottom && mark <= top).Append(top).Distinct().Select(mark => (mark, $"{mark:G3}"))]);
    }

    /// <summary>A logarithmic axis with ticks at the given numbers, a little longer than from the first to the last of them.</summary>
    internal static Axis LogarithmicAt(IReadOnlyList<double> ticks) =>
        new(ticks[0] / 1.1, ticks[^1] * 1.1, Math.Log10, [.. ticks.Select(tick => (tick, $"{tick}"))]);
}
