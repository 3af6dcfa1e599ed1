using System.Diagnostics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Benchmarks.Measuring;

/// <summary>The command <c>accuracy</c>: the worst error of each function over all floats, against the same in double.</summary>
/// <remarks>The library's own double, which the tests hold to 106 bits, errs by less than a hundred-millionth of a float's unit.</remarks>
internal static class AccuracyCommand
{
    internal const string Word = "accuracy";

    private const int BlockLength = 1 << 14;
    private const long Floats = 1L << 32;

    /// <summary>A prime number of floats from one that is looked at to the next.</summary>
    private const int QuickStep = 101;

    /// <summary>Whether a product in a sum is not rounded by itself: without, softplus keeps only a wider promise.</summary>
    private static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Returns the exit code: 1 if a function breaks its promise.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args is not ([] or ["--quick"]))
        {
            error.WriteLine($"error: '{string.Join(' ', args)}' is not known here; {Word} takes nothing or --quick.");
            return 1;
        }

        int step = args.Length == 1 ? QuickStep : 1;
        List<string[]> table =
        [
            [
                "float32", "floats asked", "worst, in units of the last place", "at", "worst, in 2⁻²⁴·max(1, abs x)", "at",
                "promise", "seconds",
            ],
        ];
        bool kept = true;
        foreach (FunctionEntry<float> function in OperationCatalog<float>.Functions.Where(function => function.Precision.Units is not null))
        {
            long start = Stopwatch.GetTimestamp();
            double most = function.Name == nameof(Softplus) && !IsFused ? 2.1 : function.Precision.Units!.Value;
            bool hasTail = function.Precision.HasTail;
            Errors errors = Measure(function, step, most);
            kept &= errors.Promise.Value <= 1;
            string promise = $"{most:0.#} units{(hasTail ? ", or 1 of the other" : "")}: {(errors.Promise.Value <= 1 ? "kept" : "BROKEN")}";
            table.Add([
                function.Default.Name, $"{errors.Asked:N0}", $"{errors.Units.Value:F3}", $"{errors.Units.At:R}",
                hasTail ? $"{errors.Absolute.Value:F3}" : "", hasTail ? $"{errors.Absolute.At:R}" : "",
                promise, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0}"]);
        }

        MarkdownTable.Write(output, table);
        return kept ? 0 : 1;
    }

    private static Errors Measure(FunctionEntry<float> entry, int step, double most)
    {
        ActivationLayer<float> function = entry.Default;
        ActivationLayer<double> inDouble = OperationCatalog<double>.Functions.Single(other => other.Name == entry.Name).Default;
        long span = (long)BlockLength * step;
        return ParallelEnumerable.Range(0, (int)((Floats + span - 1) / span)).WithDegreeOfParallelism(2).Aggregate(
            () => (Errors: default(Errors), X: new float[BlockLength], Y: new float[BlockLength], Right: new double[BlockLength]),
            (state, block) =>
            {
                int count = 0;
                for (long bits = block * span; bits < Math.Min(Floats, (block + 1) * span); bits += step, count++)
                {
                    state.X[count] = BitConverter.UInt32BitsToSingle((uint)bits);
                    state.Right[count] = state.X[count];
                }

                function.Forward(state.X.AsSpan(0, count), state.Y.AsSpan(0, count));
                inDouble.Forward(state.Right.AsSpan(0, count), state.Right.AsSpan(0, count));
                for (int i = 0; i < count; i++)
                {
                    if (float.IsFinite(state.X[i]))
                    {
                        state.Errors = state.Errors.Or(Errors.Of(state.X[i], state.Y[i], state.Right[i], most, entry.Precision.HasTail));
                    }
                }

                return state;
            },
            (one, other) => one with { Errors = one.Errors.Or(other.Errors) },
            state => state.Errors);
    }

    /// <summary>The largest value, and where it was; NaN stays.</summary>
    private readonly record struct Largest(double Value, float At)
    {
        internal Largest Or(Largest other) => double.IsNaN(Value) || other.Value <= Value ? this : other;
    }

    /// <summary>The largest errors of some floats; the promise is the largest part of what is allowed.</summary>
    private readonly record struct Errors(long Asked, Largest Units, Largest Absolute, Largest Promise)
    {
        private const int SmallestExponent = -126;

        internal static Errors Of(float x, float y, double right, double most, bool hasTail)
        {
            // 2⁻²³ of the power of two at or below the number; below the smallest normal float, that of this float.
            int exponent = right == 0 ? SmallestExponent : Math.Max(Math.ILogB(right), SmallestExponent);
            double error = Math.Abs(y - right);
            (double units, double absolute) = (Math.ScaleB(error, 23 - exponent), error * (1 << 24) / Math.Max(1, Math.Abs(x)));
            if (Math.Abs(right) > float.MaxValue || float.IsInfinity(y))
            {
                // ∞ is right from half a unit above the largest float on, and one unit off below.
                bool isRight = float.IsInfinity(y) ? Math.Abs(right) >= float.MaxValue : Math.Abs(right) <= float.MaxValue;
                (units, absolute) = (isRight ? 0 : double.PositiveInfinity, 0);
            }

            return new(1, new(units, x), new(absolute, x), new(hasTail ? Math.Min(units / most, absolute) : units / most, x));
        }

        internal Errors Or(Errors other) =>
            new(Asked + other.Asked, Units.Or(other.Units), Absolute.Or(other.Absolute), Promise.Or(other.Promise));
    }
}
