namespace VecNet.Tests;

/// <summary>A number as the sum of two doubles, the second below half a unit in the last place of the first: some 106 bits.</summary>
/// <remarks>
/// Plain text, to measure functions of double by. Sums and products by Dekker (1971) and Knuth, with a fused multiply-add for a product's
/// rest. A result is off by a few 2⁻¹⁰⁴ of itself, the functions by some hundred times as much.
/// </remarks>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>ln 2 to 107 bits.</summary>
    private static readonly DoubleDouble LogOfTwo = new(0.6931471805599453, 2.3190468138462996e-17);

    /// <summary>√(2π) to 107 bits.</summary>
    private static readonly DoubleDouble RootOfTau = new(2.5066282746310002, 2.4718187137590526e-16);

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x.Low);

    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        (double sum, double rest) = Sum(x.High, y.High);
        (double low, double lowest) = Sum(x.Low, y.Low);
        (sum, rest) = Sum(sum, rest + low);
        (sum, rest) = Sum(sum, rest + lowest);
        return new(sum, rest);
    }

    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + -y;

    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        double product = x.High * y.High;
        double rest = Math.FusedMultiplyAdd(x.High, y.High, -product) + ((x.High * y.Low) + (x.Low * y.High));
        (product, rest) = Sum(product, rest);
        return new(product, rest);
    }

    public static DoubleDouble operator /(DoubleDouble x, DoubleDouble y)
    {
        DoubleDouble quotient = x.High / y.High;
        DoubleDouble rest = x - (quotient * y);
        quotient += rest.High / y.High;
        rest = x - (quotient * y);
        return quotient + (rest.High / y.High);
    }

    /// <summary>e^x, by halving |x| below ½ ln 2 with whole powers of two and Taylor's series.</summary>
    public static DoubleDouble Exp(DoubleDouble x)
    {
        const double Far = 1000;
        if (Math.Abs(x.High) > Far)
        {
            return x.High < 0 ? 0 : double.PositiveInfinity;
        }

        double n = Math.Round(x.High / LogOfTwo.High);
        DoubleDouble r = x - (LogOfTwo * n);
        DoubleDouble term = 1;
        DoubleDouble sum = 1;
        for (int k = 1; k < 30; k++)
        {
            term = term * r / k;
            sum += term;
        }

        // In two steps: 2ⁿ alone may lie outside the range of double.
        int half = (int)n / 2;
        return sum.TimesPowerOfTwo(half).TimesPowerOfTwo((int)n - half);
    }

    /// <summary>1 / (1 + e^−x).</summary>
    public static DoubleDouble Sigmoid(double x)
    {
        DoubleDouble z = Exp(-Math.Abs(x));
        return (x < 0 ? z : 1) / (z + 1);
    }

    /// <summary>x·σ(x).</summary>
    public static DoubleDouble SiLU(double x) => x * Sigmoid(x);

    /// <summary>x above 0, e^x − 1 below; near 0 by the series, of which 1 + x would lose the end.</summary>
    public static DoubleDouble ELU(double x)
    {
        if (x > 0)
        {
            return x;
        }

        DoubleDouble wide = x;
        return x < -1e-3 ? Exp(wide) - 1
            : wide * ((DoubleDouble)1 + (wide * (0.5 + (wide
                * (((DoubleDouble)1 / 6) + (wide * (((DoubleDouble)1 / 24) + (wide * (((DoubleDouble)1 / 120) + (wide / 720))))))))));
    }

    /// <summary>
    /// log(1 + z) of z = e^−|x| and, above 0, x more: where z is small by the series, else a step of Newton's from the double.
    /// </summary>
    public static DoubleDouble Softplus(double x)
    {
        DoubleDouble z = Exp(-Math.Abs(x));
        DoubleDouble logarithm;
        if (z.High < 1e-4)
        {
            logarithm = z
                * ((DoubleDouble)1 - (z * (0.5 - (z * (((DoubleDouble)1 / 3) - (z * (0.25 - (z * (((DoubleDouble)1 / 5) - (z / 6))))))))));
        }
        else
        {
            DoubleDouble near = Math.Log(1 + z.High);
            logarithm = near + ((((DoubleDouble)1 + z) * Exp(-near)) - 1);
        }

        return x > 0 ? x + logarithm : logarithm;
    }

    /// <summary>(1 − e^(−2x)) / (1 + e^(−2x)), and x − x³/3 where all else of the series vanishes.</summary>
    public static DoubleDouble Tanh(double x)
    {
        if (Math.Abs(x) < 1e-9)
        {
            return x - ((DoubleDouble)x * x * x / 3);
        }

        DoubleDouble z = Exp((DoubleDouble)Math.Abs(x) * -2);
        DoubleDouble y = (1 - z) / (1 + z);
        return x < 0 ? -y : y;
    }

    /// <summary>
    /// x·Φ(x): by the series ½ + φ(a)·(a + a³/3 + a⁵/15 + …), and far out by the continued fraction φ(a)/(a + 1/(a + 2/(a + …))).
    /// </summary>
    public static DoubleDouble GELU(double x)
    {
        double a = Math.Min(Math.Abs(x), 100);
        DoubleDouble density = Exp((DoubleDouble)a * a * -0.5) / RootOfTau;
        DoubleDouble beyond;
        if (a < 5)
        {
            DoubleDouble term = a;
            DoubleDouble sum = a;
            for (int k = 3; k < 250; k += 2)
            {
                term = term * a * a / k;
                sum += term;
            }

            beyond = 0.5 - (density * sum);
        }
        else
        {
            DoubleDouble fraction = a;
            for (int k = 150; k > 0; k--)
            {
                fraction = a + ((DoubleDouble)k / fraction);
            }

            beyond = density / fraction;
        }

        return x * (x > 0 ? 1 - beyond : beyond);
    }

    /// <summary>x·σ(v), v = 2·√(2/π)·(x + 0.044715 x³).</summary>
    public static DoubleDouble GELUTanh(double x)
    {
        DoubleDouble v = (DoubleDouble)4 / RootOfTau * (x + ((DoubleDouble)44715 / 1_000_000 * x * x * x));
        DoubleDouble z = Exp(v.High < 0 ? v : -v);
        return x * ((x < 0 ? z : 1) / (z + 1));
    }

    /// <summary>How far a double is off, in units of its last place at the right result.</summary>
    public double UnitsOff(double actual)
    {
        double unit = Math.Max(Math.BitIncrement(Math.Abs(High)) - Math.Abs(High), double.Epsilon);
        return Math.Abs((actual - High) - Low) / unit;
    }

    private static (double High, double Low) Sum(double x, double y)
    {
        double sum = x + y;
        double part = sum - x;
        return (sum, (x - (sum - part)) + (y - part));
    }

    private DoubleDouble TimesPowerOfTwo(int exponent) => new(Math.ScaleB(High, exponent), Math.ScaleB(Low, exponent));
}
