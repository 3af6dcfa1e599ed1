namespace VecNet;

/// <content>Derivatives by differences, and their comparison with the analytic ones.</content>
public static partial class GradientCheck
{
    /// <summary>The derivatives by the elements of one tensor that are compared.</summary>
    private static double[] Differences(Variable variable, Func<double> value, GradientCheckOptions options)
    {
        int length = variable().Length;
        double[] numerical = new double[int.Min(length, options.MostElements)];
        for (int sample = 0; sample < numerical.Length; sample++)
        {
            numerical[sample] = Derivative(ref variable()[Index(sample, numerical.Length, length)], value, options.Step);
        }

        return numerical;
    }

    /// <summary>Compares the analytic gradient by one tensor with the differences of the value.</summary>
    private static GradientCheckResult Compare(
        string name, int columns, ReadOnlySpan<double> analytic, double[] differences, double valueHere, GradientCheckOptions options)
    {
        double largest = 0;
        foreach (double a in analytic)
        {
            // An element that is not finite fails, and must not increase the others' tolerance.
            largest = double.IsFinite(a) ? Math.Max(largest, Math.Abs(a)) : largest;
        }

        GradientElement worst = default;
        bool zeroWouldFail = false;
        for (int sample = 0; sample < differences.Length; sample++)
        {
            int i = Index(sample, differences.Length, analytic.Length);
            double numerical = differences[sample];
            var element = new GradientElement(
                name, i / columns, i % columns, analytic[i], numerical, options.Tolerance(numerical, largest, valueHere));
            worst = sample == 0 || element.Badness > worst.Badness ? element : worst;
            zeroWouldFail |= Math.Abs(numerical) > options.Tolerance(numerical, 0, valueHere);
        }

        return new(worst, differences.Length, zeroWouldFail || analytic.IsEmpty ? [] : [name]) { ZeroWouldFail = zeroWouldFail };
    }

    /// <summary>
    /// Every index, or one in each of the given number of equal parts, at multiples of the golden ratio: a fixed distance might select the
    /// same column each time.
    /// </summary>
    private static int Index(int sample, int count, int length)
    {
        if (count == length)
        {
            return sample;
        }

        double within = sample * 0.6180339887498949 % 1;
        return int.Min((int)((sample + within) * length / count), length - 1);
    }

    /// <summary>∂value/∂x by four points; x is restored.</summary>
    private static double Derivative(ref double x, Func<double> value, double increment)
    {
        double x0 = x;
        double h = increment * Math.Max(1, Math.Abs(x0));

        // The increment is chosen so that its sum with x is exact, and the points are where the formula assumes them.
        h = x0 + h - x0;
        try
        {
            x = x0 - (2 * h);
            double farBelow = value();
            x = x0 - h;
            double below = value();
            x = x0 + h;
            double above = value();
            x = x0 + (2 * h);
            double farAbove = value();
            return (farBelow - farAbove + (8 * (above - below))) / (12 * h);
        }
        finally
        {
            x = x0;
        }
    }
}
