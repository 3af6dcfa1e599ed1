using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Coefficients close to 0 and to 1, whose rounding to float must not be seen: what is 1 − β for one is not 1 minus the rounded β for the
/// other.
/// </summary>
public abstract class OptimizerCoefficientTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double Unit => typeof(T) == typeof(float) ? double.Exp2(-23) : double.Exp2(-52);

    public static TheoryData<double> Betas =>
        [0, 1e-20, 1e-8, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999999, 0.99999999, 0.999999999999, 1 - 1e-15, 1 - 1e-16, double.BitDecrement(1)];

    /// <summary>w = 0, g = 1: the bias correction cancels both averages' weights, whatever they are.</summary>
    [Theory]
    [MemberData(nameof(Betas))]
    public void The_first_step_of_Adam_is_the_learning_rate(double beta)
    {
        foreach (double other in new[] { 0, 0.9, beta })
        {
            foreach (double gradient in new[] { 1, -3, 1e-3, 1e5 })
            {
                double expected = -0.1 * Math.Sign(gradient);
                AssertClose(expected, Steps(new Adam<T>(0.1, other, beta, epsilon: 0), 1, gradient), 6);
                AssertClose(expected, Steps(new Adam<T>(0.1, beta, other, epsilon: 0), 1, gradient), 6);
                AssertClose(expected, Steps(new AdamW<T>(0.1, other, beta, epsilon: 0), 1, gradient), 6);
            }
        }
    }

    /// <summary>As it was reported, with the default ε: −0.0916 and −10,000,000 in float.</summary>
    [Theory]
    [InlineData(0.9999999)]
    [InlineData(0.99999999)]
    public void One_step_of_Adam_with_a_long_memory_is_the_learning_rate(double beta2)
    {
        T[] parameters = [T.Zero];
        new Adam<T>(0.1, beta2: beta2).Step(parameters, [T.One]);
        Assert.Equal(-0.1, double.CreateTruncating(parameters[0]), Math.Max(8 * Unit, 2e-9));
    }

    /// <summary>The same gradient again and again: both averages stay what it is, and every step is the learning rate.</summary>
    [Theory]
    [MemberData(nameof(Betas))]
    public void A_thousand_steps_by_the_same_gradient_are_a_thousand_learning_rates(double beta)
    {
        double actual = Steps(new Adam<T>(1.0 / 1024, 0.9, beta, epsilon: 0), 1024, 1);
        AssertClose(-1, actual, 1024);
    }

    /// <summary>Far along: the number of the step is restored from a checkpoint. 1 − β^t there is neither t·(1 − β) nor 1.</summary>
    [Theory]
    [InlineData(0.9999999, 10_000_000, 0.632120577028895)]
    [InlineData(0.99999999, 10_000_000, 0.09516258287111816)]
    [InlineData(0.99999999, 1, 1.0000000050247593e-8)]
    [InlineData(0.9, 10, 0.6513215599)]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(0.5, 2, 0.75)]
    [InlineData(0, 7, 1)]
    [InlineData(0.999, 1_000_000, 1)]
    public void The_sum_of_the_weights_keeps_its_digits(double beta, long count, double expected)
    {
        Assert.Equal(expected, Moments.SumOfWeights(beta, count), 1e-12 * expected);
        Assert.Equal(count * double.Exp2(-53), Moments.SumOfWeights(1 - double.Exp2(-53), count), 1e-9 * count * double.Exp2(-53));
    }

    /// <summary>The averages beside the same in double, whose own coefficients are exact enough for either type.</summary>
    [Theory]
    [MemberData(nameof(Betas))]
    public void An_average_follows_its_formula(double beta)
    {
        var average = new RunningAverage<T>(beta);
        Scalar<T> mean = default, square = default;
        double expectedMean = 0, expectedSquare = 0, magnitude = 0;
        var random = new Seeded(1);
        for (int step = 0; step < 2000; step++)
        {
            double value = double.CreateTruncating(T.CreateTruncating((2 * random.Unit()) - 0.5));
            mean = average.With(mean, Scalar<T>.Broadcast(T.CreateTruncating(value)));
            square = average.WithSquare(square, Scalar<T>.Broadcast(T.CreateTruncating(value)));
            expectedMean = (beta * expectedMean) + ((1 - beta) * value);
            expectedSquare = (beta * expectedSquare) + ((1 - beta) * value * value);
            magnitude = (beta * magnitude) + ((1 - beta) * Math.Abs(value));
            double allowed = (3 + Math.Min(step, 1 / (1 - beta))) * Unit;
            Assert.Equal(expectedMean, double.CreateTruncating(Scalar<T>.Sum(mean)), allowed * magnitude);
            Assert.Equal(expectedSquare, double.CreateTruncating(Scalar<T>.Sum(square)), allowed * expectedSquare);
        }
    }

    /// <summary>Without a past the average is the value itself, however much larger the past was.</summary>
    [Fact]
    public void An_average_that_keeps_nothing_has_the_bits_of_the_value()
    {
        var average = new RunningAverage<T>(0);
        T value = T.CreateTruncating(1e-3);
        foreach (T past in (T[])[T.CreateTruncating(1e10), T.CreateTruncating(1e38)])
        {
            Assert.Equal(value, Scalar<T>.Sum(average.With(Scalar<T>.Broadcast(past), Scalar<T>.Broadcast(value))));
            Assert.Equal(value * value, Scalar<T>.Sum(average.WithSquare(Scalar<T>.Broadcast(past), Scalar<T>.Broadcast(value))));
        }

        Scalar<T> infinite = Scalar<T>.Broadcast(T.PositiveInfinity);
        Assert.Equal(value * value, Scalar<T>.Sum(average.WithSquare(infinite, Scalar<T>.Broadcast(value))));
    }

    /// <summary>A square that overflows makes the average infinite, and so it stays: the parameter keeps its place from then on.</summary>
    [Fact]
    public void An_infinite_average_of_squares_stays_infinite()
    {
        T largest = T.BitDecrement(T.PositiveInfinity);
        foreach (double beta in new[] { 1e-60, 0.5, 0.9, 0.999, 0.99999999 })
        {
            var average = new RunningAverage<T>(beta);
            Scalar<T> infinite = Scalar<T>.Broadcast(T.PositiveInfinity), one = Scalar<T>.Broadcast(T.One);
            Assert.Equal(T.PositiveInfinity, Scalar<T>.Sum(average.WithSquare(one, Scalar<T>.Broadcast(largest))));
            T after = Scalar<T>.Sum(average.WithSquare(infinite, one));
            Assert.Equal(beta < 1e-50 && typeof(T) == typeof(float) ? T.One : T.PositiveInfinity, after);
            Assert.True(T.IsNaN(Scalar<T>.Sum(average.With(Scalar<T>.Broadcast(T.NaN), one))));
            Assert.True(T.IsNaN(Scalar<T>.Sum(average.WithSquare(Scalar<T>.Broadcast(T.NaN), one))));
        }
    }

    /// <summary>
    /// A decay of 3 · 10⁻⁶ of the weight is 50.3 units of a float: 1 − 3 · 10⁻⁶ as a float has it wrong by a part in two hundred.
    /// </summary>
    [Theory]
    [InlineData(1e-3, 0.003)]
    [InlineData(1e-5, 0.01)]
    [InlineData(0.5, 1)]
    [InlineData(0.1, 10)]
    public void Decoupled_decay_takes_its_part_of_the_weight(double rate, double decay)
    {
        T[] parameters = [T.One, T.CreateTruncating(1.7), T.CreateTruncating(-123)];
        T[] before = [.. parameters];
        new AdamW<T>(rate, weightDecay: decay).Step(parameters, new T[3]);
        for (int i = 0; i < 3; i++)
        {
            double weight = double.CreateTruncating(before[i]);
            Assert.Equal(weight - (rate * decay * weight), double.CreateTruncating(parameters[i]), Unit * Math.Abs(weight));
        }
    }

    [Fact]
    public void Without_decay_an_infinite_weight_stays_infinite()
    {
        T[] parameters = [T.PositiveInfinity, T.One];
        new AdamW<T>(0.1, weightDecay: 0).Step(parameters, new T[2]);
        Assert.Equal([T.PositiveInfinity, T.One], parameters);
    }

    /// <summary>
    /// An ε that T rounds to 0 is the smallest positive number instead: a parameter without a gradient does not become 0/0.
    /// </summary>
    [Fact]
    public void An_epsilon_above_zero_stays_above_zero()
    {
        OptimizerEntry<T>[] entries =
            [.. OperationCatalog<T>.Optimizers.Where(entry => entry.Options.Any(option => option.Name == "epsilon"))];
        Assert.NotEmpty(entries);
        foreach (OptimizerEntry<T> entry in entries)
        {
            T[] parameters = [T.Zero];
            entry.SampleWith("epsilon", 1e-320).Step(parameters, [T.Zero]);
            Assert.Equal(T.Zero, parameters[0]);
        }
    }

    private static double Steps(IOptimizer<T> optimizer, int count, double gradient)
    {
        T[] parameters = new T[1];
        for (int step = 0; step < count; step++)
        {
            optimizer.Step(parameters, [T.CreateTruncating(gradient)]);
        }

        return double.CreateTruncating(parameters[0]);
    }

    private static void AssertClose(double expected, double actual, double units) =>
        Assert.Equal(expected, actual, units * Unit * Math.Abs(expected));
}

public sealed class OptimizerCoefficientFloatTests : OptimizerCoefficientTests<float>;

public sealed class OptimizerCoefficientDoubleTests : OptimizerCoefficientTests<double>;
