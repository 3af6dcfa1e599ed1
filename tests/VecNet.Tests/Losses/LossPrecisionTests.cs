using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// The losses in float, within the bound of their roundings of double; see <see cref="FunctionPrecisionTests"/> for the rules.
/// </summary>
[Properties(Arbitrary = [typeof(GradientArbitraries)])]
public sealed class LossPrecisionTests
{
    private const double U = 1.0 / (1 << 24);

    /// <summary>
    /// A difference and its square: 3u; a row's sum n·u, the sum of rows in double; the result u. All terms have one sign.
    /// </summary>
    [Property]
    public void Mean_squared_error(GradientCase c)
    {
        Pair p = new(c.Input());
        Pair t = new(c.Values(c.Rows, c.Columns, 2));
        double wide = new MeanSquaredError<double>().ForwardBackward(p.Wide.View, t.Wide.View, p.WideGradient.View);
        float narrow = new MeanSquaredError<float>().ForwardBackward(p.Narrow.View, t.Narrow.View, p.NarrowGradient.View);
        AssertWithin(wide, narrow, (c.Columns + 5) * U * wide);

        // The difference, the scale and the product.
        p.AssertGradientWithin(i => 4 * U * Math.Abs(p.WideGradient.Span[i]));
    }

    /// <summary>log p has 2u of itself and the product u; every term is positive, as all p are below 1.</summary>
    [Property]
    public void Categorical_cross_entropy(GradientCase c)
    {
        Pair p = new(c.Positive(c.Rows, c.Columns, 1));
        int[] classes = c.Classes(c.Columns);
        double wide = new CategoricalCrossEntropy<double>().ForwardBackward(p.Wide.View, classes, p.WideGradient.View);
        float narrow = new CategoricalCrossEntropy<float>().ForwardBackward(p.Narrow.View, classes, p.NarrowGradient.View);
        AssertWithin(wide, narrow, 6 * U * wide);

        // The scale, the product and the quotient.
        p.AssertGradientWithin(i => 4 * U * Math.Abs(p.WideGradient.Span[i]));
    }

    /// <summary>
    /// Softmax has (18 + n)·u of itself (see there), which is what log s has absolutely; log s itself and x − m are below 10 and have 2u
    /// of that. The gradient adds the scale, two products and a difference of numbers below 1/batch.
    /// </summary>
    [Property]
    public void Softmax_cross_entropy(GradientCase c)
    {
        Pair p = new(c.Input());
        int[] classes = c.Classes(c.Columns);
        double wide = new SoftmaxCrossEntropy<double>().ForwardBackward(p.Wide.View, classes, p.WideGradient.View);
        float narrow = new SoftmaxCrossEntropy<float>().ForwardBackward(p.Narrow.View, classes, p.NarrowGradient.View);
        AssertWithin(wide, narrow, (18 + c.Columns + 40) * U);
        p.AssertGradientWithin(_ => (18 + c.Columns + 5) * U / c.Rows);
    }

    private static void AssertWithin(double wide, float narrow, double bound) => Assert.True(
        (double.IsNaN(wide) && float.IsNaN(narrow)) || Math.Abs(wide - narrow) <= bound,
        $"{narrow:R} in float, {wide:R} in double; allowed {bound:G3}.");

    /// <summary>Numbers that float holds exactly, in both types, with room for both gradients.</summary>
    private sealed class Pair
    {
        public Pair(TensorBuffer<double> values)
        {
            Narrow = new(values.Rows, values.Columns);
            Wide = new(values.Rows, values.Columns);
            NarrowGradient = new(values.Rows, values.Columns);
            WideGradient = new(values.Rows, values.Columns);
            for (int i = 0; i < values.Length; i++)
            {
                Narrow.Span[i] = (float)values.Span[i];
                Wide.Span[i] = Narrow.Span[i];
            }
        }

        public TensorBuffer<float> Narrow { get; }

        public TensorBuffer<double> Wide { get; }

        public TensorBuffer<float> NarrowGradient { get; }

        public TensorBuffer<double> WideGradient { get; }

        public void AssertGradientWithin(Func<int, double> bound)
        {
            for (int i = 0; i < WideGradient.Length; i++)
            {
                AssertWithin(WideGradient.Span[i], NarrowGradient.Span[i], bound(i));
            }
        }
    }
}
