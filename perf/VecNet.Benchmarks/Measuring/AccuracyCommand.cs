using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Measuring;

/// <summary>The command <c>accuracy</c>: the worst error of each function over all floats, against the same in double.</summary>
/// <remarks>The library's own double, whose error is less than a hundred-millionth of a float's unit: the tests hold it to 106 bits.</remarks>
internal static class AccuracyCommand
{
    internal const string Word = "accuracy";

    private const int BlockLength = 1 << 14;
    private const long Floats = 1L << 32;

    /// <summary>A prime number of floats from one that is looked at to the next.</summary>
    private const int QuickStep = 101;

    /// <summary>How much more is allowed where a product in a sum is rounded by itself.</summary>
    private static readonly double Unfused = Fma.IsSupported || AdvSimd.IsSupported ? 0 : 0.1;

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
        foreach (FunctionEntry<float> function in OperationCatalog<float>.Functions)
        {
            if (function.Precision.Units is not { } units)
            {
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            (double most, bool hasTail) = (units + Unfused, function.Precision.HasTail);
            ActivationLayer<double> right = OperationCatalog<double>.Functions.Single(other => other.Name == function.Name).Default;
            Worst worst = Measure(function.Default, right, step, most, hasTail);
            kept &= worst.Promise <= 1;
            table.Add([
                function.Default.Name, worst.Asked.ToString("N0", CultureInfo.InvariantCulture),
                Three(worst.Units), worst.UnitsAt.ToString("R", CultureInfo.InvariantCulture),
                hasTail ? Three(worst.Absolute) : "", hasTail ? worst.AbsoluteAt.ToString("R", CultureInfo.InvariantCulture) : "",
                $"{most.ToString("0.#", CultureInfo.InvariantCulture)} units{(hasTail ? ", or 1 of the other" : "")}: {(worst.Promise <= 1 ? "kept" : "BROKEN")}",
                Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)]);
        }

        output.Write(table);
        return kept ? 0 : 1;
    }

    private static string Three(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static Worst Measure(ActivationLayer<float> function, ActivationLayer<double> right, int step, double most, bool hasTail)
    {
        var all = new Worst();
        long span = (long)BlockLength * step;
        Parallel.For(
            0,
            (Floats + span - 1) / span,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            () => (Worst: new Worst(), X: new float[BlockLength], Y: new float[BlockLength], Wide: new double[BlockLength]),
            (block, _, state) =>
            {
                int count = 0;
                for (long bits = block * span; bits < Math.Min(Floats, (block + 1) * span); bits += step)
                {
                    state.X[count] = BitConverter.UInt32BitsToSingle((uint)bits);
                    state.Wide[count] = state.X[count];
                    count++;
                }

                function.Forward(state.X.AsSpan(0, count).AsView(), state.Y.AsSpan(0, count).AsView());
                right.Forward(state.Wide.AsSpan(0, count).AsView(), state.Wide.AsSpan(0, count).AsView());
                for (int i = 0; i < count; i++)
                {
                    if (float.IsFinite(state.X[i]))
                    {
                        state.Worst.Take(state.X[i], state.Y[i], state.Wide[i], most, hasTail);
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

    /// <summary>The worst of what one thread has seen, or all.</summary>
    private sealed class Worst
    {
        private const double SmallestNormal = 1.1754943508222875e-38;

        internal long Asked { get; private set; }

        internal double Units { get; private set; }

        internal float UnitsAt { get; private set; }

        internal double Absolute { get; private set; }

        internal float AbsoluteAt { get; private set; }

        /// <summary>The largest part of what is allowed.</summary>
        internal double Promise { get; private set; }

        internal void Take(float x, float y, double right, double most, bool hasTail)
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
                units = error / UnitInTheLastPlace(right);
                absolute = error * (1 << 24) / Math.Max(1, Math.Abs(x));
            }

            if (!(units <= Units))
            {
                (Units, UnitsAt) = (units, x);
            }

            if (!(absolute <= Absolute))
            {
                (Absolute, AbsoluteAt) = (absolute, x);
            }

            Promise = Math.Max(Promise, hasTail ? Math.Min(units / most, absolute) : units / most);
        }

        /// <summary>2⁻²³ of the power of two at or below the number, as a float of that size has it; that of the smallest normal float below.</summary>
        private static double UnitInTheLastPlace(double right)
        {
            const long Exponent = 0x7FF0_0000_0000_0000;
            double power = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(right) & Exponent);
            return Math.Max(power, SmallestNormal) / (1 << 23);
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
