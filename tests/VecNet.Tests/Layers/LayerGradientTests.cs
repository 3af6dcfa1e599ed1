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
    public void LogSoftmax_layer(GradientCase c) => GradientAssert.Proves(Check(new LogSoftmax<double>(), c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void Gelu_layer(GradientCase c) => GradientAssert.Proves(Check(new Gelu<double>(), c), c.Rows == 0);

    [Property]
    public void GeluTanh_layer(GradientCase c) => GradientAssert.Proves(Check(new GeluTanh<double>(), c), c.Rows == 0);

    [Property]
    public void SiLU_layer(GradientCase c) => GradientAssert.Proves(Check(new SiLU<double>(), c), c.Rows == 0);

    [Property]
    public void LeakyReLU_layer(GradientCase c) => GradientAssert.Proves(Check(new LeakyReLU<double>(0.2), c), c.Rows == 0);

    [Property]
    public void Elu_layer(GradientCase c) => GradientAssert.Proves(Check(new Elu<double>(0.7), c), c.Rows == 0);

    [Property]
    public void Softplus_layer(GradientCase c) => GradientAssert.Proves(Check(new Softplus<double>(1.5), c), c.Rows == 0);

    [Property]
    public void LayerNorm_layer(GradientCase c) => GradientAssert.Proves(Check(new LayerNorm<double>(epsilon: 0.1), c), c.Rows == 0);

    [Property]
    public void LayerNorm_layer_without_scale(GradientCase c) =>
        GradientAssert.Proves(Check(new LayerNorm<double>(epsilon: 0.1, affine: false), c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void BatchNorm_layer(GradientCase c) => GradientAssert.Proves(Check(new BatchNorm<double>(epsilon: 0.1), c with { Rows = Math.Max(2, c.Rows) }));

    /// <summary>Nine outputs at least: the gradient of a single entry is the upstream one, of whose numbers some are 0.</summary>
    [Property]
    public void Embedding_layer(GradientCase c) =>
        GradientAssert.Proves(LayerChecks.OfEmbedding(new Embedding<double>(LayerChecks.Entries, Math.Max(9, c.Outputs)), c), c.Rows == 0);

    [Property]
    public void Embedding_layer_with_a_sparse_gradient(GradientCase c) =>
        GradientAssert.Proves(LayerChecks.OfEmbedding(new Embedding<double>(LayerChecks.Entries, Math.Max(9, c.Outputs), sparseGradient: true), c), c.Rows == 0);

    [Property]
    public void Sequential_layer(GradientCase c) => GradientAssert.Proves(Check(LayerChecks.Sequential(c.Outputs), c), c.Rows == 0);

    [Property]
    public void Residual_layer(GradientCase c) => GradientAssert.Proves(Check(LayerChecks.Residual(c.Columns), c), c.Rows == 0);

    [Property]
    public void Parallel_layer(GradientCase c) => GradientAssert.Proves(Check(LayerChecks.Parallel(c.Outputs), c), c.Rows == 0);

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
