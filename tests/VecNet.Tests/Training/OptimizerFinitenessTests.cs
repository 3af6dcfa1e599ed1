using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Finite gradients leave finite parameters, over long trainings as well as over single steps.</summary>
public abstract class OptimizerFinitenessTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Forms => EveryOptimizer<T>.Names;

    /// <summary>
    /// The case of the issue: in float the averages of the squares and the squared average meet at step 1632, and rounding decides which is
    /// larger.
    /// </summary>
    [Fact]
    public void Centered_RmsProp_goes_on_where_its_two_averages_meet()
    {
        var optimizer = new RmsProp<T>(1e-3, alpha: 0.99, centered: true);
        T[] parameters = new T[1];
        (double square, double mean) = (0, 0);
        for (int step = 1; step <= 3000; step++)
        {
            T before = parameters[0];
            double gradient = step <= 400 ? 2 : 1;
            optimizer.Step(parameters, [T.CreateTruncating(gradient)]);

            // The variance in double, in the form that does not cancel.
            square = (0.99 * square) + (0.99 * 0.01 * (gradient - mean) * (gradient - mean));
            mean = (0.99 * mean) + (0.01 * gradient);
            double expected = 1e-3 * gradient / (Math.Sqrt(square) + 1e-8);
            double actual = double.CreateTruncating(before) - double.CreateTruncating(parameters[0]);
            double unit = typeof(T) == typeof(float) ? double.Exp2(-23) : double.Exp2(-52);

            // The mean's own rounding, up to 1/(2(1 − α)) units, is part of the distance from it.
            double allowed = 1e-3 + (50 * unit / Math.Sqrt(square));
            Assert.True(double.IsFinite(actual) && actual > 0, $"The step {step} is {actual}.");
            Assert.Equal(
                expected, actual, (Math.Min(allowed, 1) * expected) + (2 * unit * Math.Abs(double.CreateTruncating(parameters[0]))));
        }
    }

    /// <summary>The variance that is kept is what the two averages of the definition give, computed in twice the digits.</summary>
    [Property(MaxTest = 100)]
    public void Centered_RmsProp_keeps_the_variance(ulong seed, bool steady)
    {
        var optimizer = new RmsProp<T>(1e-3, alpha: 0.9, centered: true);
        (T[] parameters, T[] gradients) = (new T[1], new T[1]);
        (decimal square, decimal mean) = (0, 0);
        var random = new Seeded(seed);
        for (int step = 0; step < 100; step++)
        {
            gradients[0] = T.CreateTruncating(steady ? 1 + (1e-3 * random.Unit()) : (2 * random.Unit()) - 1);
            decimal gradient = decimal.CreateTruncating(double.CreateTruncating(gradients[0]));
            optimizer.Step(parameters, gradients);
            square = (0.9m * square) + (0.1m * gradient * gradient);
            mean = (0.9m * mean) + (0.1m * gradient);
            double expected = (double)(square - (mean * mean));
            double unit = typeof(T) == typeof(float) ? double.Exp2(-23) : double.Exp2(-52);
            double error = Math.Max(1e-12, 50 * unit) * expected;

            // The mean is rounded, and the distance from it with it.
            Assert.Equal(
                expected, double.CreateTruncating(optimizer.GetState(1)[0]),
                error + (10 * unit * Math.Sqrt(expected)) + (10 * unit * unit));
        }
    }

    /// <summary>
    /// Runs of constant gradients are what averages and their differences suffer from; the magnitudes reach from squares that vanish to
    /// squares that are the largest.
    /// </summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Runs_of_equal_gradients_of_any_magnitude_leave_finite_parameters(string form)
    {
        int limit = typeof(T) == typeof(float) ? 18 : 150;
        var random = new Seeded(7);
        for (int run = 0; run < LongRun.Of(20, 500); run++)
        {
            Optimizer<T> optimizer = EveryOptimizer<T>.All[form].Sample;
            T[] parameters = [T.One, T.Zero, T.NegativeOne];
            T[] gradients = new T[3];
            for (int step = 0; step < 2000; step++)
            {
                if (step == 0 || random.Integer(0, 99) == 0)
                {
                    // The scale of a run is one for all its gradients, now and then: else the largest alone would count.
                    int exponent = random.Integer(-limit, limit);
                    for (int i = 0; i < gradients.Length; i++)
                    {
                        gradients[i] = T.CreateTruncating(((2 * random.Unit()) - 1) * Math.Pow(10, exponent));
                    }
                }

                optimizer.Step(parameters, gradients);
                Assert.True(
                    Array.TrueForAll(parameters, T.IsFinite),
                    $"{form}: {string.Join(", ", parameters)} after step {step} of run {run}, "
                    + $"by gradients {string.Join(", ", gradients)}.");
            }
        }
    }

    /// <summary>Gradients whose squares T does not hold. An adaptive step by them is 0, as in PyTorch, and no NaN.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void The_largest_gradients_leave_finite_parameters_where_steps_are_scaled(string form)
    {
        if (form.StartsWith("Sgd", StringComparison.Ordinal))
        {
            return;
        }

        Optimizer<T> optimizer = EveryOptimizer<T>.All[form].Sample;
        T largest = T.BitDecrement(T.PositiveInfinity);
        T[] parameters = new T[4];
        for (int step = 0; step < 50; step++)
        {
            optimizer.Step(parameters, step % 2 == 0 ? [largest, -largest, largest, T.One] : [-largest, -largest, T.Zero, T.One]);
            Assert.True(Array.TrueForAll(parameters, T.IsFinite), $"{form}: {string.Join(", ", parameters)} after step {step}.");
        }
    }
}

public sealed class OptimizerFinitenessFloatTests : OptimizerFinitenessTests<float>;

public sealed class OptimizerFinitenessDoubleTests : OptimizerFinitenessTests<double>;
