using System.Diagnostics;
using System.Globalization;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Measuring;

/// <summary>The command <c>accuracy</c>: the worst error of each function over all floats, against the same in double.</summary>
internal static class AccuracyCommand
{
    internal const string Word = "accuracy";

    private const int BlockLength = 1 << 14;
    private const long Floats = 1L << 32;

    /// <summary>A prime number of floats from one that is looked at to the next.</summary>
    private const int QuickStep = 101;

    private static readonly (string Name, Forward Function, Func<double, double> Right, bool HasTail)[] Functions =
    [
        ("exp", (x, y) => Exp.Forward<float>(x, y), Math.Exp, false),
        ("sigmoid", (x, y) => Sigmoid.Forward<float>(x, y), SigmoidOf, false),
        ("tanh", (x, y) => Tanh.Forward<float>(x, y), Math.Tanh, false),
        ("gelu", (x, y) => Gelu.Forward<float>(x, y), x => x * NormalDistributionOf(x), true),
        ("gelu (tanh)", (x, y) => GeluTanh.Forward<float>(x, y), x => x * SigmoidOf(1.5957691216057308 * (x + (0.044715 * x * x * x))), true),
    ];

    private delegate void Forward(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code: 1 if a function breaks its promise.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args is not ([] or ["--quick"]))
        {
            error.WriteLine($"error: '{string.Join(' ', args)}' is not known here; {Word} takes nothing or --quick.");
            return 1;
        }

        int step = args.Length == 1 ? QuickStep : 1;
        var table = new MarkdownTable(["float32", "floats asked", "worst, in units of the last place", "at", "worst, in 2⁻²⁴·max(1, abs x)", "at", "promise", "seconds"]);
        bool kept = true;
        foreach ((string name, Forward function, Func<double, double> right, bool hasTail) in Functions)
        {
            long start = Stopwatch.GetTimestamp();
            Worst worst = Measure(function, right, step, hasTail);
            kept &= worst.Promise <= 1;
            table.Add([
                name, worst.Asked.ToString("N0", CultureInfo.InvariantCulture),
                Three(worst.Units), worst.UnitsAt.ToString("R", CultureInfo.InvariantCulture),
                hasTail ? Three(worst.Absolute) : "", hasTail ? worst.AbsoluteAt.ToString("R", CultureInfo.InvariantCulture) : "",
                $"{(hasTail ? "4 units, or 1 of the other" : "2 units")}: {(worst.Promise <= 1 ? "kept" : "BROKEN")}",
                Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)]);
        }

        output.Write(table);
        return kept ? 0 : 1;
    }

    private static string Three(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static Worst Measure(Forward function, Func<double, double> right, int step, bool hasTail)
    {
        var all = new Worst();
        long span = (long)BlockLength * step;
        Parallel.For(
            0,
            (Floats + span - 1) / span,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            () => (Worst: new Worst(), X: new float[BlockLength], Y: new float[BlockLength]),
            (block, _, state) =>
            {
                int count = 0;
                for (long bits = block * span; bits < Math.Min(Floats, (block + 1) * span); bits += step)
                {
                    state.X[count++] = BitConverter.UInt32BitsToSingle((uint)bits);
                }

                function(state.X.AsSpan(0, count), state.Y.AsSpan(0, count));
                for (int i = 0; i < count; i++)
                {
                    if (float.IsFinite(state.X[i]))
                    {
                        state.Worst.Take(state.X[i], state.Y[i], right(state.X[i]), hasTail);
                    }
                }

                return state;
            },
            state =>
            {
                lock (all)
                {
                    all.Take(state.Worst);
                }
            });
        return all;
    }

    private static double SigmoidOf(double x)
    {
        double z = Math.Exp(-Math.Abs(x));
        return (x < 0 ? z : 1) / (1 + z);
    }

    /// <summary>Φ(x), by its series near 0 and its continued fraction far out: some 1e-15 of itself.</summary>
    private static double NormalDistributionOf(double x)
    {
        double a = Math.Abs(x);
        double density = Math.Exp(-0.5 * a * a) / Math.Sqrt(2 * Math.PI);
        double beyond;
        if (a < 3)
        {
            double term = a, sum = a;
            for (int k = 3; term > 1e-18 * sum; k += 2)
            {
                term *= a * a / k;
                sum += term;
            }

            beyond = 0.5 - (density * sum);
        }
        else if (density == 0)
        {
            beyond = 0;
        }
        else
        {
            double fraction = a;
            for (int k = 60; k > 0; k--)
            {
                fraction = a + (k / fraction);
            }

            beyond = density / fraction;
        }

        return x > 0 ? 1 - beyond : beyond;
    }

    /// <summary>The worst of what one thread has seen, or all.</summary>
    private sealed class Worst
    {
        internal long Asked { get; private set; }

        internal double Units { get; private set; }

        internal float UnitsAt { get; private set; }

        internal double Absolute { get; private set; }

        internal float AbsoluteAt { get; private set; }

        /// <summary>The largest part of what is allowed.</summary>
        internal double Promise { get; private set; }

        internal void Take(float x, float y, double right, bool hasTail)
        {
            Asked++;
            double units, absolute = 0;
            if (Math.Abs(right) > float.MaxValue || float.IsInfinity(y))
            {
                // ∞ is right from half a unit above the largest float on, and one unit off below.
                units = float.IsInfinity(y) && Math.Abs(right) >= float.MaxValue ? 0 : float.IsInfinity(y) == Math.Abs(right) > float.MaxValue ? 0 : double.PositiveInfinity;
            }
            else
            {
                double error = Math.Abs(y - right);
                units = error / Math.ScaleB(1, Math.Max(right == 0 ? -126 : Math.ILogB(right), -126) - 23);
                absolute = error / Math.ScaleB(Math.Max(1, Math.Abs(x)), -24);
            }

            if (!(units <= Units))
            {
                (Units, UnitsAt) = (units, x);
            }

            if (!(absolute <= Absolute))
            {
                (Absolute, AbsoluteAt) = (absolute, x);
            }

            Promise = Math.Max(Promise, hasTail ? Math.Min(units / 4, absolute) : units / 2);
        }

        internal void Take(Worst other)
        {
            Asked += other.Asked;
            Promise = Math.Max(Promise, other.Promise);
            if (!(other.Units <= Units))
            {
                (Units, UnitsAt) = (other.Units, other.UnitsAt);
            }

            if (!(other.Absolute <= Absolute))
            {
                (Absolute, AbsoluteAt) = (other.Absolute, other.AbsoluteAt);
            }
        }
    }
}
