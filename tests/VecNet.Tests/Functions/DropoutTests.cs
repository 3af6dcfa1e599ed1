using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Masks: how many they keep, where they come from, and what their mean is.</summary>
public sealed class DropoutTests
{
    /// <summary>
    /// A share of n elements has a standard error of √(p(1 − p)/n); four of them once in 16,000 seeds, and the seeds are fixed.
    /// </summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_kept_share_is_that_of_the_probability(double probability)
    {
        const int Elements = 40_000;
        foreach (ulong seed in new ulong[] { 1, 2, 3 })
        {
            var mask = new TensorBuffer<double>(200, 200);
            Dropout.FillMask(probability, new SplitMix64(seed), mask.View);
            int kept = mask.Span.ToArray().Count(element => element != 0);
            double allowed = 4 * Math.Sqrt(probability * (1 - probability) * Elements);
            Assert.InRange(kept, ((1 - probability) * Elements) - allowed, ((1 - probability) * Elements) + allowed);
            Assert.All(mask.Span.ToArray(), element => Assert.True(element == 0 || element == 1 / (1 - probability)));
        }
    }

    [Fact]
    public void Probability_zero_keeps_everything_as_it_is()
    {
        double[] mask = new double[1000];
        Dropout.FillMask<double>(0, new SplitMix64(1), mask);
        Assert.All(mask, element => Assert.Equal(1, element));
    }

    [Property]
    public void The_same_seed_gives_the_same_mask_in_every_layout_and_type(MatrixShape shape, ulong seed)
    {
        var mask = new TensorBuffer<double>(shape.Rows, shape.Columns);
        var again = new StridedMatrix<double>(shape.Rows, shape.Columns, 2);
        var narrow = new TensorBuffer<float>(shape.Rows, shape.Columns);
        Dropout.FillMask(0.25, new SplitMix64(seed), mask.View);
        Dropout.FillMask(0.25, new SplitMix64(seed), again.View);
        Dropout.FillMask(0.25, new SplitMix64(seed), narrow.View);
        Bits.AssertSame<double>(mask.View, again.View, "mask");
        again.AssertCanariesAlive();
        for (int i = 0; i < mask.Length; i++)
        {
            Assert.Equal((float)mask.Span[i], narrow.Span[i]);
        }
    }

    [Fact]
    public void Other_seeds_and_further_draws_give_other_masks()
    {
        var random = new SplitMix64(5);
        double[] first = new double[64];
        double[] second = new double[64];
        double[] other = new double[64];
        Dropout.FillMask<double>(0.5, random, first);
        Dropout.FillMask<double>(0.5, random, second);
        Dropout.FillMask<double>(0.5, new SplitMix64(6), other);
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_probability_outside_is_refused_and_nothing_is_written(double probability)
    {
        double[] mask = [7];
        Assert.Throws<ArgumentOutOfRangeException>(() => Dropout.FillMask<double>(probability, new SplitMix64(1), mask));
        Assert.Equal([7], mask);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout<double>(probability));
    }

    [Property]
    public void Inference_is_the_identity(Matrix<double, Ordinary> matrix)
    {
        if (matrix.Columns == 0)
        {
            return;
        }

        var network = new NeuralNetwork<double>(matrix.Columns, [new Dropout<double>(0.7)]);
        TensorBuffer<double> x = matrix.Owned();
        Bits.AssertSame<double>(x.View, network.Predict(x.View, network.CreateInferenceWorkspace(matrix.Rows)), "inference");
        Bits.AssertSame<double>(
            x.View, network.Predict(x.View, network.CreateTrainingWorkspace(matrix.Rows)), "inference in a training workspace");
    }

    [Fact]
    public void A_training_pass_draws_a_fresh_mask_each_time_from_the_seed_of_its_workspace()
    {
        var network = new NeuralNetwork<double>(50, [new Dropout<double>(0.5)]);
        double[] ones = new double[50];
        Array.Fill(ones, 1);
        Workspace<double> workspace = network.CreateTrainingWorkspace(1, seed: 9);
        double[] first = network.Forward(ones, workspace).AsSpan().ToArray();
        double[] second = network.Forward(ones, workspace).AsSpan().ToArray();
        Assert.NotEqual(first, second);
        Workspace<double> again = network.CreateTrainingWorkspace(1, seed: 9);
        Assert.Equal(first, network.Forward(ones, again).AsSpan().ToArray());
        Assert.Equal(second, network.Forward(ones, again).AsSpan().ToArray());
    }

    /// <summary>
    /// The ensemble view: each mask picks one of 2⁴⁰ thinned networks. For a linear read-out w·(m ∘ x) + b the mean over masks is the
    /// inference output, for E[m] = 1; n masks come within a few standard errors s/√n of it, and 100 times as many ten times as near.
    /// </summary>
    [Fact]
    public void The_mean_over_many_masks_converges_to_the_inference_output()
    {
        var network = new NeuralNetwork<double>(40, [new Dropout<double>(0.5), new FullyConnectedLayer<double>(3)], seed: 4);
        TensorBuffer<double> x = new GradientCase(1, 40, 3, 21).Input();
        double[] inference = network.Predict(x.View, network.CreateInferenceWorkspace(1)).AsSpan().ToArray();
        double widestBefore = double.PositiveInfinity;
        foreach (int masks in new[] { 400, 40_000 })
        {
            Workspace<double> workspace = network.CreateTrainingWorkspace(1, seed: 77);
            double[] mean = new double[3];
            double[] squares = new double[3];
            for (int i = 1; i <= masks; i++)
            {
                ReadOnlyTensorView<double> output = network.Forward(x.View, workspace);
                for (int j = 0; j < 3; j++)
                {
                    double difference = output[0, j] - mean[j];
                    mean[j] += difference / i;
                    squares[j] += difference * (output[0, j] - mean[j]);
                }
            }

            double widest = 0;
            for (int j = 0; j < 3; j++)
            {
                double standardError = Math.Sqrt(squares[j] / (masks - 1) / masks);
                Assert.InRange(Math.Abs(mean[j] - inference[j]) / standardError, 0, 4);
                widest = Math.Max(widest, standardError);
            }

            Assert.InRange(widest, 0, widestBefore / 8);
            widestBefore = widest;
        }
    }
}
