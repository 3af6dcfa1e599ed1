using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Tests;

/// <summary>The promise of the functions: how many units in the last place they may be off.</summary>
/// <remarks>Here on a sample; <c>accuracy</c> of the benchmarks' program asks every float.</remarks>
public sealed class UnitsInTheLastPlaceTests
{
    private const uint Step = 15_013;

    /// <summary>Arguments where reduction, underflow, saturation or cancellation begin.</summary>
    private static readonly double[] HardCases =
    [
        .. from n in Enumerable.Range(-30, 61)
           from shift in (double[])[-1e-9, 0, 1e-9]
           select ((n + 0.5) * Math.Log(2)) + shift,
        .. from n in Enumerable.Range(-320, 340) select Math.Pow(10, n / 4.0),
        745.1, 709.78, -708.4, -744.4, -745.13, 36.7, 37.5, -36.7, 19.06, 22, 8.3, -8.3,
        -37.5, -38.4, 5e-324, 1e-310, 2.2250738585072014e-308,
    ];

    /// <summary>
    /// The functions with 106 bits; for another the golden file has cases whose name
    /// begins with <c>units</c>, of values that are rounded correctly.
    /// </summary>
    private static readonly Dictionary<string, Func<double, DoubleDouble>> References = new()
    {
        ["Exp"] = x => DoubleDouble.Exp(x),
        ["Sigmoid"] = DoubleDouble.Sigmoid,
        ["Tanh"] = DoubleDouble.Tanh,
        ["GELU"] = DoubleDouble.GELU,
        ["ELU"] = DoubleDouble.ELU,
        ["SiLU"] = DoubleDouble.SiLU,
        ["Softplus"] = DoubleDouble.Softplus,
        ["GELUTanh"] = DoubleDouble.GELUTanh,
    };

    /// <summary>What the catalog promises in units in the last place.</summary>
    public static TheoryData<string> Functions =>
        [.. OperationCatalog<double>.Functions.Where(function => function.Precision.Units is not null).Select(function => function.Name)];

    [Fact]
    public void What_is_left_out_has_a_reason() =>
        Assert.All(
            OperationCatalog<double>.Functions,
            function => Assert.True(function.Precision.Units is not null || function.Precision.Reason.Length > 0, function.Name));

    [Theory]
    [MemberData(nameof(Functions))]
    public void In_float(string name)
    {
        float[] x = [.. Finite()];
        float[] y = new float[x.Length];
        Function<float>(name).Default.Forward(x.AsView(), y.AsView());
        double[] rights = Right(name, x);
        for (int i = 0; i < x.Length; i++)
        {
            double right = rights[i];
            if (Math.Abs(right) >= float.MaxValue)
            {
                Assert.True(float.IsPositiveInfinity(y[i]), $"{name}({x[i]:R}) is {y[i]:R}, expected ∞.");
                continue;
            }

            double error = Math.Abs(y[i] - right);
            double unit = Math.ScaleB(1, Math.Max(Math.ILogB(right == 0 ? float.Epsilon : right), -126) - 23);
            bool hasTail = HasTail(name);
            double allowed = hasTail ? Math.Max(Most(name) * unit, Math.ScaleB(Math.Max(1, Math.Abs(x[i])), -24)) : Most(name) * unit;
            Assert.True(error <= allowed, $"{name}({x[i]:R}) is {y[i]:R} instead of {right:R}: {error / unit:F3} units in the last place.");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void In_double(string name)
    {
        double limit = name == "Exp" ? 745 : name.StartsWith("GELU", StringComparison.Ordinal) ? 12 : 40;
        double[] x =
        [
            .. HardCases, .. HardCases.Select(value => -value),
            .. Enumerable.Range(-5000, 10001).Select(i => i * limit / 5000),
            .. OfEverySize(limit),
        ];
        x = [.. x.Where(value => name != "Exp" || value < 709.7)];
        if (!References.TryGetValue(name, out Func<double, DoubleDouble>? reference))
        {
            InDoubleByGoldenValues(name);
            return;
        }

        double[] y = new double[x.Length];
        Function<double>(name).Default.Forward(x.AsView(), y.AsView());
        double unfused = Fma.IsSupported || AdvSimd.IsSupported ? 0 : 0.25; // where a product in a sum is rounded by itself
        for (int i = 0; i < x.Length; i++)
        {
            DoubleDouble right = reference(x[i]);
            double units = right.UnitsOff(y[i]);
            bool hasTail = HasTail(name);
            bool isInTail = hasTail && Math.Abs(y[i] - right.High) <= Math.ScaleB(Math.Max(1, Math.Abs(x[i])), -53);
            Assert.True(
                isInTail || units <= Most(name) + unfused,
                $"{name}({x[i]:R}) is {y[i]:R} instead of {right.High:R}: {units:F3} units in the last place.");
        }
    }

    [Fact]
    public void Tanh_is_odd_to_the_bit()
    {
        float[] x = [.. Finite()];
        float[] y = new float[x.Length];
        float[] mirrored = [.. x.Select(value => -value)];
        Tanh.Forward<float>(x, y);
        Tanh.Forward<float>(mirrored, mirrored);
        Bits.AssertSame<float>(y.Select(value => -value).ToArray().AsView(), mirrored.AsView(), "tanh");
    }

    /// <summary>The values of the golden file are rounded correctly: half a unit of them is not the function's.</summary>
    private static void InDoubleByGoldenValues(string name)
    {
        FunctionEntry<double> function = Function<double>(name);
        GoldenCase[] cases =
            [.. GoldenFunctions<double>.CasesOf(function).Where(@case => @case.Name.StartsWith("units", StringComparison.Ordinal))];
        Assert.True(
            cases.Sum(@case => @case.Inputs["x"].Data.Count) >= 500,
            $"{function.Golden.File}.json has too few values for units in the last place.");
        foreach (GoldenCase @case in cases)
        {
            double[] x = [.. @case.Inputs["x"].Data];
            double[] y = new double[x.Length];
            GoldenFunctions<double>.Of(function, @case).Forward(x.AsView(), y.AsView());
            for (int i = 0; i < x.Length; i++)
            {
                double right = @case.Outputs["y"].Data[i];
                double error = Math.Abs(y[i] - right);
                double units = error / Math.ScaleB(1, Math.Max(right == 0 ? -1022 : Math.ILogB(right), -1022) - 52);
                bool isInTail = function.Precision.HasTail && error <= Math.ScaleB(Math.Max(1, Math.Abs(x[i])), -53);
                Assert.True(
                    isInTail || units <= function.Precision.Units + 0.5,
                    $"{name}({x[i]:R}) is {y[i]:R} instead of {right:R}: {units:F3} units in the last place.");
            }
        }
    }

    /// <summary>With 106 bits, or by the library's own double, which has many more digits than a float.</summary>
    private static double[] Right(string name, float[] x)
    {
        if (References.TryGetValue(name, out Func<double, DoubleDouble>? reference))
        {
            return [.. x.Select(value => reference(value).High)];
        }

        double[] wide = [.. x.Select(value => (double)value)];
        Function<double>(name).Default.Forward(wide.AsView(), wide.AsView());
        return wide;
    }

    private static FunctionEntry<T> Function<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
            OperationCatalog<T>.Functions.Single(function => function.Name == name);

    private static bool HasTail(string name) => Function<double>(name).Precision.HasTail;

    private static double Most(string name) => Function<double>(name).Precision.Units!.Value;

    /// <summary>As many numbers between each power of two and the next, of both signs.</summary>
    private static IEnumerable<double> OfEverySize(double limit)
    {
        var random = new SplitMix64(1);
        for (int i = 0; i < 30_000; i++)
        {
            double magnitude = limit * double.Exp2(-12 * random.NextDouble());
            yield return i % 2 == 0 ? magnitude : -magnitude;
        }
    }

    /// <summary>
    /// The floats around the ends of the pieces that functions by tables have: halves of octaves, and odd multiples of 7/32.
    /// </summary>
    private static IEnumerable<float> AtEnds()
    {
        IEnumerable<float> ends = Enumerable.Range(-10, 16)
            .SelectMany(power => (float[])[float.ScaleB(1, power), float.ScaleB(1.5f, power)])
            .Concat(Enumerable.Range(0, 17).Select(n => (n + 0.5f) * 0.4375f)).Concat([10, 6.5625f, 10.5f]);
        foreach (float end in ends)
        {
            for (int i = -3; i <= 3; i++)
            {
                float near = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(end) + i);
                yield return near;
                yield return -near;
            }
        }
    }

    private static IEnumerable<float> Finite()
    {
        foreach (float x in AtEnds())
        {
            yield return x;
        }

        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(x))
            {
                yield return x;
            }
        }
    }
}
