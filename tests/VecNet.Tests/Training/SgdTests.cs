using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// The optimizer beside its formula, and what it refuses; trajectories of PyTorch are in <see cref="OptimizerGoldenTests{T}"/>.
/// </summary>
public sealed class SgdTests
{
    /// <summary>Lengths around the vectors' widths, element by element against the plain formula.</summary>
    [Property]
    public void A_step_is_its_formula_for_every_length(Size size, bool nesterov, bool decays)
    {
        (double rate, double momentum, double decay) = (0.1, nesterov ? 0.9 : 0.5, decays ? 0.01 : 0);
        double[] parameters = new Matrix<double, Ordinary>(new(1, size.Value), 0, 1).Owned().Span.ToArray();
        double[] expected = [.. parameters];
        double[] velocity = new double[size.Value];
        var optimizer = new Sgd<double>(rate, momentum, decay, nesterov);
        for (ulong step = 0; step < 3; step++)
        {
            double[] gradients = new Matrix<double, Ordinary>(new(1, size.Value), 0, 2 + step).Owned().Span.ToArray();
            optimizer.Step(parameters, gradients);
            for (int i = 0; i < size.Value; i++)
            {
                double gradient = gradients[i] + (decay * expected[i]);
                velocity[i] = (momentum * velocity[i]) + gradient;
                expected[i] -= rate * (nesterov ? gradient + (momentum * velocity[i]) : velocity[i]);
                Assert.Equal(expected[i], parameters[i], 1e-14);
            }
        }
    }

    [Theory]
    [InlineData(-0.1, 0, 0)]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(0.1, -0.9, 0)]
    [InlineData(0.1, double.NaN, 0)]
    [InlineData(0.1, 0, -1)]
    [InlineData(0.1, 0, double.NaN)]
    public void Figures_that_are_negative_or_NaN_are_refused(double rate, double momentum, double decay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd<double>(rate, momentum, decay));

    [Fact]
    public void Nesterov_needs_momentum() => Assert.Throws<ArgumentException>(() => new Sgd<double>(0.1, nesterov: true));

    [Fact]
    public void A_rate_is_checked_when_it_is_set_and_used_from_then_on()
    {
        var optimizer = new Sgd<double>(0.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = -1);
        Assert.Equal(0.5, optimizer.LearningRate);
        double[] parameters = [1];
        optimizer.LearningRate = 0.25;
        optimizer.Step(parameters, [1]);
        Assert.Equal([0.75], parameters);
    }

    [Fact]
    public void Lengths_that_differ_are_named_and_nothing_is_changed()
    {
        double[] parameters = [1, 2, 3];
        var optimizer = new Sgd<double>(0.5);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => optimizer.Step(parameters, [1, 1]));
        Assert.Contains("3 parameters", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2 gradients", exception.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], parameters);

        optimizer = new Sgd<double>(0.5, momentum: 0.9);
        optimizer.Step(parameters, [0, 0, 0]);
        Assert.Throws<ArgumentException>(() => optimizer.Step(parameters.AsSpan(1), [1, 1]));
        Assert.Equal([1, 2, 3], parameters);
    }

    /// <summary>A call that was refused has not fixed the number of parameters.</summary>
    [Fact]
    public void After_a_refusal_the_optimizer_is_as_new()
    {
        var optimizer = new Sgd<double>(0.5);
        Assert.Throws<ArgumentException>(() => optimizer.Step(new double[3], new double[2]));
        double[] parameters = [1, 1];
        optimizer.Step(parameters, [1, 1]);
        Assert.Equal([0.5, 0.5], parameters);
    }
}
