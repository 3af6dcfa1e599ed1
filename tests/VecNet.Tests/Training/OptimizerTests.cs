using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Optimizers beside their formulas where PyTorch's trajectories do not reach, and what they refuse and remember.</summary>
public sealed class OptimizerTests
{
    /// <summary>RMSProp in all its forms, for lengths around the vectors' widths.</summary>
    [Property]
    public void RmsProp_is_its_formula(Size size, bool centered, bool moves, bool decays)
    {
        (double rate, double alpha, double epsilon, double momentum, double decay) = (0.01, 0.9, 1e-8, moves ? 0.8 : 0, decays ? 0.01 : 0);
        (double square, double mean, double velocity)[] state = new (double, double, double)[size.Value];
        AssertFollows(size.Value, new RmsProp<double>(rate, alpha, epsilon, momentum, centered, decay), (i, _, w, g) =>
        {
            (double square, double mean, double velocity) = state[i];
            g += decay * w;
            square = (alpha * square) + ((1 - alpha) * g * g);
            mean = (alpha * mean) + ((1 - alpha) * g);
            double scale = Math.Sqrt(centered ? square - (mean * mean) : square) + epsilon;
            velocity = (momentum * velocity) + (g / scale);
            state[i] = (square, mean, velocity);
            return w - (rate * velocity);
        });
    }

    [Property]
    public void Adagrad_is_its_formula_with_a_decaying_rate(Size size, bool decays)
    {
        (double rate, double rateDecay, double decay) = (0.1, 0.5, decays ? 0.01 : 0);
        double[] sums = [.. Enumerable.Repeat(0.25, size.Value)];
        AssertFollows(size.Value, new Adagrad<double>(rate, rateDecay, decay, 0.25), (i, t, w, g) =>
        {
            g += decay * w;
            sums[i] += g * g;
            return w - (rate / (1 + ((t - 1) * rateDecay)) * g / (Math.Sqrt(sums[i]) + 1e-10));
        });
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>("learningRate", () => new Adam<float>(-1));
        Assert.Throws<ArgumentOutOfRangeException>("learningRate", () => new Sgd<float>(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("beta1", () => new Adam<float>(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>("beta2", () => new AdamW<float>(beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>("epsilon", () => new Adagrad<float>(epsilon: -1));
        Assert.Throws<ArgumentOutOfRangeException>("initialAccumulator", () => new Adagrad<float>(initialAccumulator: -1));
        Assert.Throws<ArgumentOutOfRangeException>("alpha", () => new RmsProp<float>(alpha: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("momentum", () => new RmsProp<float>(momentum: -1));
        Assert.Throws<ArgumentOutOfRangeException>("weightDecay", () => new AdamW<float>(weightDecay: -1));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new Adam<float>().LearningRate = -1);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new Adam<float>().StepCount = -1);
    }

    [Fact]
    public void An_optimizer_with_a_state_is_fixed_to_the_number_of_its_parameters()
    {
        var adam = new Adam<float>();
        adam.Step(new float[4], new float[4]);
        Assert.Contains("both must be 4", Assert.Throws<ArgumentException>(() => adam.Step(new float[5], new float[5])).Message);
        Assert.Throws<ArgumentException>(() => adam.GetState(5).Length);
        Assert.Equal(1, adam.StepCount);
        var sgd = new Sgd<float>(0.1);
        sgd.Step(new float[4], new float[4]);
        sgd.Step(new float[5], new float[5]);
    }

    [Fact]
    public void State_and_count_carried_over_go_on_with_the_same_bits()
    {
        foreach (OptimizerEntry<float> entry in OperationCatalog<float>.Optimizers)
        {
            (IOptimizer<float> through, IOptimizer<float> before, IOptimizer<float> after) = (entry.Sample, entry.Sample, entry.Sample);
            (float[] expected, float[] actual) = (Values(1), Values(1));
            for (ulong step = 0; step < 10; step++)
            {
                through.Step(expected, Values(step));
                (step < 5 ? before : after).Step(actual, Values(step));
                if (step == 4)
                {
                    before.GetState(37).CopyTo(after.GetState(37));
                    after.StepCount = before.StepCount;
                }
            }

            Assert.Equal(expected, actual);
        }

        static float[] Values(ulong seed) => new Matrix<float, Ordinary>(new(1, 37), 0, seed).Owned().Span.ToArray();
    }

    private static void AssertFollows(int length, IOptimizer<double> optimizer, Func<int, int, double, double, double> formula)
    {
        double[] parameters = new Matrix<double, Ordinary>(new(1, length), 0, 1).Owned().Span.ToArray();
        double[] expected = [.. parameters];
        for (int step = 1; step <= 3; step++)
        {
            double[] gradients = new Matrix<double, Ordinary>(new(1, length), 0, 1 + (ulong)step).Owned().Span.ToArray();
            optimizer.Step(parameters, gradients);
            for (int i = 0; i < length; i++)
            {
                expected[i] = formula(i, step, expected[i], gradients[i]);
                Assert.Equal(expected[i], parameters[i], 1e-12 * Math.Max(1, Math.Abs(expected[i])));
            }
        }
    }
}
