using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The backward pass of whole networks, with every loss, is the derivative by the input and by every parameter.</summary>
[GradientProperties]
public sealed class NetworkGradientTests
{
    [Property]
    public void Random_networks_with_their_losses(NetworkCase c)
    {
        (NeuralNetwork<double> network, TensorBuffer<double> input, ScalarFunction loss) = c.Build();
        double[] before = network.Parameters.ToArray();

        GradientCheckResult result = GradientCheck.Network(network, input.View, loss);

        GradientAssert.Proves(result, c.IsConstant);
        Assert.Equal(before, network.Parameters.ToArray());
    }

    /// <summary>Its own seed gives logits that are 34 apart: a loss of 2e-15, whose differences are nothing but rounding.</summary>
    [Fact]
    public void A_network_whose_own_seed_saturates_the_loss() => Random_networks_with_their_losses(
        new(1, 1, [new(1, "swish", 0), new(1, "swish", 0)], 2, NetworkCase.FusedClasses, 959068523));

    /// <summary>The assignment's constructor: one activation between all layers.</summary>
    [Property]
    public void Networks_of_one_activation(GradientCase c, byte depth)
    {
        int[] hidden = [.. new[] { 5, 3, 4 }.Take(depth % 4)];
        GradientCase some = c with { Rows = Math.Max(1, c.Rows), Columns = Math.Min(c.Columns, 9), Outputs = Math.Min(c.Outputs, 9) };
        var network = new NeuralNetwork<double>(
            some.Columns, some.Outputs, hidden, new Tanh<double>(), WeightInitialization.XavierUniform, c.Seed);
        TensorBuffer<double> targets = some.Values(some.Rows, some.Outputs, 2);
        GradientAssert.Proves(GradientCheck.Network(
            network, some.Input().View, (p, g) => new MeanSquaredError<double>().ForwardBackward(p, targets.View, g)));
    }
}
