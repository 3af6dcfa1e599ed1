using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// The same code in float, on the same (float) inputs, stays within the bound that its roundings allow of the result in double.
/// </summary>
/// <remarks>
/// u = 2⁻²⁴ is the relative error of one rounding. A chain of k roundings stays within k·u of the result's magnitude, where for a sum the
/// magnitude is that of its absolute terms; second-order terms are covered by rounding k up. Of the exponential, 2u are allowed.
/// </remarks>
[Properties(Arbitrary = [typeof(GradientArbitraries)])]
public sealed class FunctionPrecisionTests
{
    private const double U = 1.0 / (1 << 24);

    /// <summary>σ = 1/(1 + e⁻ˣ): exp 2u, sum u, quotient u, thus 4u of 1 at most; some more for other ways to compute it.</summary>
    [Property]
    public void Sigmoid_forward(GradientCase c)
    {
        Operands x = new(c);
        Sigmoid.Forward(x.Narrow.View, x.NarrowResult.View);
        Sigmoid.Forward(x.Wide.View, x.WideResult.View);
        x.AssertWithin(_ => 6 * U);
    }

    /// <summary>y and g are given: 1 − y, its product with y and that with g: 3u of |g|·y(1 − y), where 1 − y has u of 1.</summary>
    [Property]
    public void Sigmoid_backward(GradientCase c)
    {
        Operands x = new(c, value => 0.5 + (value / 7));
        Sigmoid.Backward(x.Narrow.View, x.NarrowGradient.View, x.NarrowResult.View);
        Sigmoid.Backward(x.Wide.View, x.WideGradient.View, x.WideResult.View);
        x.AssertWithin(i => 4 * U * Math.Abs(x.WideGradient.Span[i]));
    }

    /// <summary>From exponentials: numerator and denominator 3u of 1 each, and the quotient.</summary>
    [Property]
    public void Tanh_forward(GradientCase c)
    {
        Operands x = new(c);
        Tanh.Forward(x.Narrow.View, x.NarrowResult.View);
        Tanh.Forward(x.Wide.View, x.WideResult.View);
        x.AssertWithin(_ => 8 * U);
    }

    /// <summary>y², 1 − y² and the product with g: 3u of |g|.</summary>
    [Property]
    public void Tanh_backward(GradientCase c)
    {
        Operands x = new(c, value => value / 3.1);
        Tanh.Backward(x.Narrow.View, x.NarrowGradient.View, x.NarrowResult.View);
        Tanh.Backward(x.Wide.View, x.WideGradient.View, x.WideResult.View);
        x.AssertWithin(i => 4 * U * Math.Abs(x.WideGradient.Span[i]));
    }

    [Property]
    public void ReLU_is_exact(GradientCase c)
    {
        Operands x = new(c);
        ReLU.Forward(x.Narrow.View, x.NarrowResult.View);
        ReLU.Forward(x.Wide.View, x.WideResult.View);
        x.AssertWithin(_ => 0);
        ReLU.Backward(x.NarrowResult.View, x.NarrowGradient.View, x.NarrowResult.View);
        ReLU.Backward(x.WideResult.View, x.WideGradient.View, x.WideResult.View);
        x.AssertWithin(_ => 0);
    }

    /// <summary>
    /// x − m of up to 6 has 6u, which the exponential turns into 6u of itself; exp 2u; the sum of n terms n·u; the quotient u.
    /// </summary>
    [Property]
    public void Softmax_forward(GradientCase c)
    {
        Operands x = new(c);
        Softmax.Forward(x.Narrow.View, x.NarrowResult.View);
        Softmax.Forward(x.Wide.View, x.WideResult.View);
        x.AssertWithin(i => (18 + c.Columns) * U * x.WideResult.Span[i]);
    }

    /// <summary>The row's Σ g·y has (n + 1)·u of Σ |g·y|; then a difference and a product.</summary>
    [Property]
    public void Softmax_backward(GradientCase c)
    {
        Operands x = new(c, value => 0.5 + (value / 7));
        Softmax.Backward(x.Narrow.View, x.NarrowGradient.View, x.NarrowResult.View);
        Softmax.Backward(x.Wide.View, x.WideGradient.View, x.WideResult.View);
        x.AssertWithin(i =>
        {
            double magnitude = 0;
            for (int j = 0; j < c.Columns; j++)
            {
                magnitude += Math.Abs(x.WideGradient.View[i / c.Columns, j] * x.Wide.View[i / c.Columns, j]);
            }

            return U * x.Wide.Span[i] * (((c.Columns + 3) * magnitude) + (3 * Math.Abs(x.WideGradient.Span[i])));
        });
    }

    /// <summary>A mask is a multiple of a number that float rounds, and a product: 2u.</summary>
    [Property]
    public void Dropout_forward_with_the_same_mask_in_both(GradientCase c)
    {
        Operands x = new(c);
        var narrowMask = new TensorBuffer<float>(c.Rows, c.Columns);
        var wideMask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.3, new SplitMix64(c.Seed), narrowMask.View);
        Dropout.FillMask(0.3, new SplitMix64(c.Seed), wideMask.View);
        Dropout.Forward(x.Narrow.View, narrowMask.View, x.NarrowResult.View);
        Dropout.Forward(x.Wide.View, wideMask.View, x.WideResult.View);
        x.AssertWithin(i => 3 * U * Math.Abs(x.WideResult.Span[i]));
    }

    /// <summary>
    /// A sum of k products and a bias: (k + 1)·u of the sum of absolute terms; k inputs forward, outputs and batch backward.
    /// </summary>
    [Property]
    public void Fully_connected_forward_and_backward(GradientCase c)
    {
        TensorBuffer<float> x = Narrowed(c.Input());
        TensorBuffer<float> weights = Narrowed(c.Values(c.Columns, c.Outputs, 3));
        TensorBuffer<float> bias = Narrowed(c.Values(1, c.Outputs, 4));
        TensorBuffer<float> gradOutput = Narrowed(c.Values(c.Rows, c.Outputs, 5));
        TensorBuffer<float>[] narrow = [new(c.Rows, c.Outputs), new(c.Rows, c.Columns), new(c.Columns, c.Outputs), new(1, c.Outputs)];
        FullyConnected.Forward(x.View, weights.View, bias.View, narrow[0].View);
        FullyConnected.Backward(x.View, weights.View, gradOutput.View, narrow[1].View, narrow[2].View, narrow[3].View);

        TensorBuffer<double>[] wide = Run(Widened(x), Widened(weights), Widened(bias), Widened(gradOutput));
        TensorBuffer<double>[] magnitudes = Run(Absolute(x), Absolute(weights), Absolute(bias), Absolute(gradOutput));
        int[] terms = [c.Columns + 1, c.Outputs, c.Rows, c.Rows];
        for (int result = 0; result < 4; result++)
        {
            for (int i = 0; i < narrow[result].Length; i++)
            {
                Assert.Equal(wide[result].Span[i], narrow[result].Span[i], (terms[result] + 2) * U * magnitudes[result].Span[i]);
            }
        }
    }

    private static TensorBuffer<double>[] Run(
        TensorBuffer<double> x, TensorBuffer<double> weights, TensorBuffer<double> bias, TensorBuffer<double> gradOutput)
    {
        TensorBuffer<double>[] results =
            [new(x.Rows, weights.Columns), new(x.Rows, x.Columns), new(weights.Rows, weights.Columns), new(1, weights.Columns)];
        FullyConnected.Forward(x.View, weights.View, bias.View, results[0].View);
        FullyConnected.Backward(x.View, weights.View, gradOutput.View, results[1].View, results[2].View, results[3].View);
        return results;
    }

    private static TensorBuffer<float> Narrowed(TensorBuffer<double> x) => Mapped<double, float>(x, element => (float)element);

    private static TensorBuffer<double> Widened(TensorBuffer<float> x) => Mapped<float, double>(x, element => element);

    private static TensorBuffer<double> Absolute(TensorBuffer<float> x) => Mapped<float, double>(x, element => Math.Abs(element));

    private static TensorBuffer<TTo> Mapped<TFrom, TTo>(TensorBuffer<TFrom> x, Func<TFrom, TTo> map)
        where TFrom : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<TFrom>
        where TTo : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<TTo>
    {
        var y = new TensorBuffer<TTo>(x.Rows, x.Columns);
        for (int i = 0; i < x.Length; i++)
        {
            y.Span[i] = map(x.Span[i]);
        }

        return y;
    }

    /// <summary>An input and an upstream gradient that float holds exactly, in both types, with room for both results.</summary>
    private sealed class Operands
    {
        public Operands(GradientCase c, Func<double, double>? map = null)
        {
            Narrow = Narrowed(Mapped(c.Input(), map ?? (x => x)));
            Wide = Widened(Narrow);
            NarrowGradient = Narrowed(c.Values(c.Rows, c.Columns, 9));
            WideGradient = Widened(NarrowGradient);
            NarrowResult = new(c.Rows, c.Columns);
            WideResult = new(c.Rows, c.Columns);
        }

        public TensorBuffer<float> Narrow { get; }

        public TensorBuffer<double> Wide { get; }

        public TensorBuffer<float> NarrowGradient { get; }

        public TensorBuffer<double> WideGradient { get; }

        public TensorBuffer<float> NarrowResult { get; }

        public TensorBuffer<double> WideResult { get; }

        public void AssertWithin(Func<int, double> bound)
        {
            for (int i = 0; i < WideResult.Length; i++)
            {
                double difference = Math.Abs(WideResult.Span[i] - NarrowResult.Span[i]);
                Assert.True(
                    difference <= bound(i),
                    $"f({Wide.Span[i]:R}): element {i} is {NarrowResult.Span[i]:R} in float and {WideResult.Span[i]:R} in double: "
                    + $"{difference:G3} apart, allowed {bound(i):G3}.");
            }
        }
    }
}
