using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>The logarithm inside the divergence: two units in the last place, at every vector width and at a vector's end.</summary>
public sealed class LogarithmTests
{
    private const uint Step = 15_013;
    private const double MostUnits = 1.5;

    [Fact]
    public void In_float()
    {
        float[] x = [.. Positive()];
        float[] y = new float[x.Length];
        UnaryLoop.Run<float, Log<float>>(x, y, default);
        double worst = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double right = Math.Log(x[i]);
            worst = Math.Max(
                worst, Math.Abs(y[i] - right) / Math.ScaleB(1, Math.Max(Math.ILogB(right == 0 ? float.Epsilon : right), -126) - 23));
        }

        Assert.InRange(worst, 0.5, MostUnits);
    }

    /// <summary>Beside a step of Newton's in twice the digits.</summary>
    [Fact]
    public void In_double()
    {
        var random = new SplitMix64(4);
        double[] x = [.. Enumerable.Range(0, 60_000).Select(
            i => i % 3 == 0 ? double.Exp2(1400 * (random.NextDouble() - 0.5)) : double.Exp2(2 * (random.NextDouble() - 0.5)))];
        double[] y = new double[x.Length];
        UnaryLoop.Run<double, Log<double>>(x, y, default);
        double worst = 0;
        for (int i = 0; i < x.Length; i++)
        {
            DoubleDouble near = Math.Log(x[i]);
            DoubleDouble right = near + ((x[i] * DoubleDouble.Exp(-near)) - 1);
            worst = Math.Max(worst, right.UnitsOff(y[i]));
        }

        Assert.InRange(worst, 0.5, MostUnits);
    }

    [Fact]
    public void Special_values()
    {
        double[] x =
        [
            0, -0.0, 1, double.PositiveInfinity, double.NaN, -1, double.NegativeInfinity,
            5e-324, double.MaxValue, -5e-324, 2.2250738585072014e-308,
        ];
        double[] right =
        [
            double.NegativeInfinity, double.NegativeInfinity, 0, double.PositiveInfinity, double.NaN, double.NaN,
            double.NaN, -744.44007192138122, 709.78271289338397, double.NaN, -708.39641853226408,
        ];
        for (int length = 1; length <= x.Length; length++)
        {
            double[] y = new double[length];
            UnaryLoop.Run<double, Log<double>>(x.AsSpan(0, length), y, default);
            Assert.Equal(right[..length], y);
            float[] narrow = [.. x.Take(length).Select(value => (float)value)];
            UnaryLoop.Run<float, Log<float>>(narrow, narrow, default);
            for (int i = 0; i < length; i++)
            {
                float value = (float)x[i];
                Assert.Equal(value < 0 ? float.NaN : MathF.Log(value), narrow[i]);
            }
        }
    }

    private static IEnumerable<float> Positive()
    {
        for (uint bits = 1; bits < 0x7F80_0000; bits += Step)
        {
            yield return BitConverter.UInt32BitsToSingle(bits);
        }

        for (uint bits = 0x3F70_0000; bits < 0x3F90_0000; bits += 331)
        {
            yield return BitConverter.UInt32BitsToSingle(bits);
        }
    }

    private readonly struct Log<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T> => Logarithm.Log<T, TVector>(x);
    }
}
