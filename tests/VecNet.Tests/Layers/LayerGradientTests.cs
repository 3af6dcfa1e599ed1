using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Every layer by its input and every parameter, overwriting and accumulating: the library's own and those of a user.</summary>
[GradientProperties]
public sealed class LayerGradientTests
{
    [Property]
    public void Fully_connected(GradientCase c) => GradientAssert.Proves(Check(new FullyConnectedLayer<double>(c.Outputs), c), c.Rows == 0);

    [Property]
    public void Sigmoid_layer(GradientCase c) => GradientAssert.Proves(Check(new Sigmoid<double>(), c), c.Rows == 0);

    [Property]
    public void Tanh_layer(GradientCase c) => GradientAssert.Proves(Check(new Tanh<double>(), c), c.Rows == 0);

    [Property]
    public void ReLU_layer(GradientCase c)
    {
        bool onlyNegative = !c.Input().Span.ContainsAnyInRange(double.Epsilon, double.MaxValue);
        GradientAssert.Proves(Check(new ReLU<double>(), c), onlyNegative);
    }

    [Property]
    public void Softmax_layer(GradientCase c) => GradientAssert.Proves(Check(new Softmax<double>(), c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void Dropout_layer(GradientCase c)
    {
        // The mask that the layer draws from the check's seed.
        var mask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.4, new SplitMix64(c.Seed), mask.View);
        GradientAssert.Proves(Check(new Dropout<double>(0.4), c), trueGradientIsZero: !mask.Span.ContainsAnyExcept(0.0));
    }

    [Property]
    public void An_activation_of_a_user(GradientCase c) => GradientAssert.Proves(Check(new Swish(), c), c.Rows == 0);

    [Property]
    public void A_layer_of_a_user_with_parameters(GradientCase c) => GradientAssert.Proves(Check(new ScaleAndShift(), c), c.Rows == 0);

    private static GradientCheckResult Check(ILayer<double> layer, GradientCase c) =>
        GradientCheck.Layer(layer, c.Input().View, seed: c.Seed);
}
