using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Options, strides and refusals of the fully connected pass.</summary>
[Properties(Arbitrary = [typeof(GradientArbitraries)])]
public sealed class FullyConnectedContractTests
{
    [Property]
    public void Accumulating_adds_and_overwriting_does_not_read(GradientCase c)
    {
        Operands x = new(c);
        x.Backward(accumulate: false);
        (double[] weights, double[] bias) = (x.GradWeights.Span.ToArray(), x.GradBias.Span.ToArray());
        Assert.DoesNotContain(weights, double.IsNaN);
        Assert.DoesNotContain(bias, double.IsNaN);
        Assert.False(x.GradInput.Span.ContainsAnyExceptInRange(double.MinValue, double.MaxValue));

        x.GradWeights.View.Fill(1000);
        x.GradBias.View.Fill(-1000);
        x.GradInput.View.Fill(double.NaN);
        x.Backward(accumulate: true);
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Equal(1000 + weights[i], x.GradWeights.Span[i], 1e-9);
        }

        for (int i = 0; i < bias.Length; i++)
        {
            Assert.Equal(bias[i] - 1000, x.GradBias.Span[i], 1e-9);
        }

        Assert.False(
            x.GradInput.Span.ContainsAnyExceptInRange(double.MinValue, double.MaxValue), "The input's gradient is never accumulated.");
    }

    [Property]
    public void What_is_not_wanted_may_be_left_out(GradientCase c)
    {
        Operands all = new(c);
        all.Backward(accumulate: false);
        Operands some = new(c);
        FullyConnected.Backward(some.Input.View, some.Weights.View, some.GradOutput.View, default, some.GradWeights.View, default);
        Bits.AssertSame<double>(all.GradWeights.View, some.GradWeights.View, "weights' gradient");

        var without = new TensorBuffer<double>(c.Rows, c.Outputs);
        FullyConnected.Forward(some.Input.View, some.Weights.View, default, without.View);
        var zeroBias = new TensorBuffer<double>(c.Rows, c.Outputs);
        FullyConnected.Forward(some.Input.View, some.Weights.View, new TensorBuffer<double>(1, c.Outputs).View, zeroBias.View);
        for (int i = 0; i < without.Length; i++)
        {
            Assert.Equal(without.Span[i], zeroBias.Span[i]);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named_and_nothing_is_written()
    {
        Operands x = new(new GradientCase(4, 3, 2, 1));
        (string Named, Func<TensorBuffer<double>[]> Operands)[] faults =
        [
            ("5×2", () => [x.Input, x.Weights, new(5, 2), x.GradInput, x.GradWeights, x.GradBias]),
            ("4×3", () => [x.Input, new(3, 3), x.GradOutput, x.GradInput, x.GradWeights, x.GradBias]),
            ("4×4", () => [x.Input, x.Weights, x.GradOutput, new(4, 4), x.GradWeights, x.GradBias]),
            ("2×3", () => [x.Input, x.Weights, x.GradOutput, x.GradInput, new(2, 3), x.GradBias]),
            ("1×3", () => [x.Input, x.Weights, x.GradOutput, x.GradInput, x.GradWeights, new(1, 3)]),
            ("2×2", () => [x.Input, x.Weights, x.GradOutput, x.GradInput, x.GradWeights, new(2, 2)]),
        ];
        foreach ((string named, Func<TensorBuffer<double>[]> operands) in faults)
        {
            TensorBuffer<double>[] o = operands();
            ArgumentException exception = Assert.Throws<ArgumentException>(
                () => FullyConnected.Backward(o[0].View, o[1].View, o[2].View, o[3].View, o[4].View, o[5].View));
            Assert.Contains(named, exception.Message, StringComparison.Ordinal);
            x.AssertNothingWritten();
        }
    }

    [Fact]
    public void Sharing_is_refused_before_anything_is_written()
    {
        // Square, so that every operand could stand for every other.
        Operands x = new(new GradientCase(3, 3, 3, 1));
        TensorBuffer<double>[] sources = [x.Input, x.Weights, x.GradOutput];
        foreach (TensorBuffer<double> shared in sources)
        {
            double[] before = shared.Span.ToArray();
            Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
                x.Input.View, x.Weights.View, x.GradOutput.View, shared.View, x.GradWeights.View, x.GradBias.View));
            Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
                x.Input.View, x.Weights.View, x.GradOutput.View, x.GradInput.View, shared.View, x.GradBias.View));
            Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
                x.Input.View, x.Weights.View, x.GradOutput.View, x.GradInput.View, x.GradWeights.View, shared.View.SliceRows(1, 1)));
            Assert.Equal(before, shared.Span.ToArray());
            x.AssertNothingWritten();
        }

        Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
            x.Input.View, x.Weights.View, x.GradOutput.View, x.GradInput.View, x.GradInput.View, x.GradBias.View));
        Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
            x.Input.View, x.Weights.View, x.GradOutput.View, x.GradInput.View, x.GradWeights.View, x.GradWeights.View.SliceRows(0, 1)));
        Assert.Throws<ArgumentException>(() => FullyConnected.Backward(
            x.Input.View, x.Weights.View, x.GradOutput.View, x.GradInput.View, x.GradWeights.View, x.GradInput.View.SliceRows(2, 1)));
        x.AssertNothingWritten();
    }

    private sealed class Operands(GradientCase c)
    {
        public TensorBuffer<double> Input { get; } = c.Input();

        public TensorBuffer<double> Weights { get; } = c.Values(c.Columns, c.Outputs, 3);

        public TensorBuffer<double> GradOutput { get; } = c.Values(c.Rows, c.Outputs, 5);

        public TensorBuffer<double> GradInput { get; } = Poisoned(c.Rows, c.Columns);

        public TensorBuffer<double> GradWeights { get; } = Poisoned(c.Columns, c.Outputs);

        public TensorBuffer<double> GradBias { get; } = Poisoned(1, c.Outputs);

        public void Backward(bool accumulate) => FullyConnected.Backward(
            Input.View, Weights.View, GradOutput.View, GradInput.View, GradWeights.View, GradBias.View, accumulate);

        public void AssertNothingWritten()
        {
            foreach (TensorBuffer<double> result in new[] { GradInput, GradWeights, GradBias })
            {
                Assert.All(result.Span.ToArray(), element => Assert.True(double.IsNaN(element), "A result was written."));
            }
        }

        private static TensorBuffer<double> Poisoned(int rows, int columns)
        {
            var buffer = new TensorBuffer<double>(rows, columns);
            buffer.View.Fill(double.NaN);
            return buffer;
        }
    }
}
