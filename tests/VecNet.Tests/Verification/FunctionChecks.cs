namespace VecNet.Tests;

/// <summary>∂L/∂x, ∂L/∂W and ∂L/∂b of a fully connected layer.</summary>
internal delegate void FullyConnectedBackward(
    ReadOnlyTensorView<double> input, ReadOnlyTensorView<double> weights, ReadOnlyTensorView<double> gradOutput,
    TensorView<double> gradInput, TensorView<double> gradWeights, TensorView<double> gradBias);

/// <summary>∂L/∂x by the mask that forward used.</summary>
internal delegate void DropoutBackward(
    ReadOnlyTensorView<double> mask, ReadOnlyTensorView<double> gradOutput, TensorView<double> gradInput);

/// <summary>
/// The one gradient check of each function. Properties run it on the library's backward pass, the planted faults on a broken one: so that what
/// proves the first has been seen to catch the second.
/// </summary>
internal static class FunctionChecks
{
    public static readonly BackwardFunction SigmoidBackward = (_, y, g, gradInput) => Sigmoid.Backward(y, g, gradInput);
    public static readonly BackwardFunction TanhBackward = (_, y, g, gradInput) => Tanh.Backward(y, g, gradInput);
    public static readonly BackwardFunction ReLUBackward = (_, y, g, gradInput) => ReLU.Backward(y, g, gradInput);
    public static readonly BackwardFunction GeluBackward = (x, _, g, gradInput) => Gelu.Backward(x, g, gradInput);
    public static readonly BackwardFunction GeluTanhBackward = (x, _, g, gradInput) => GeluTanh.Backward(x, g, gradInput);
    public static readonly BackwardFunction ExpBackward = (_, y, g, gradInput) => Exp.Backward(y, g, gradInput);
    public static readonly BackwardFunction LogSoftmaxBackward = (_, y, g, gradInput) => LogSoftmax.Backward(y, g, gradInput);
    public static readonly BackwardFunction SiLUBackward = (x, _, g, gradInput) => SiLU.Backward(x, g, gradInput);
    public static readonly BackwardFunction LeakyReLUBackward = (_, y, g, gradInput) => LeakyReLU.Backward(y, g, gradInput, Slope);
    public static readonly BackwardFunction EluBackward = (_, y, g, gradInput) => Elu.Backward(y, g, gradInput, Alpha);
    public static readonly BackwardFunction SoftplusBackward = (_, y, g, gradInput) => Softplus.Backward(y, g, gradInput, Beta);
    public static readonly BackwardFunction SoftmaxBackward = (_, y, g, gradInput) => Softmax.Backward(y, g, gradInput);
    public static readonly FullyConnectedBackward FullyConnectedBackward =
        (x, w, g, gradInput, gradWeights, gradBias) => FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);

    private const double Slope = 0.2;
    private const double Alpha = 0.7;
    private const double Beta = 1.5;

    public static GradientCheckResult OfSiLU(GradientCase c, BackwardFunction? backward = null) =>
        Check(SiLU.Forward, backward ?? SiLUBackward, c);

    public static GradientCheckResult OfLeakyReLU(GradientCase c, BackwardFunction? backward = null) =>
        Check((x, y) => LeakyReLU.Forward(x, y, Slope), backward ?? LeakyReLUBackward, c);

    public static GradientCheckResult OfElu(GradientCase c, BackwardFunction? backward = null) =>
        Check((x, y) => Elu.Forward(x, y, Alpha), backward ?? EluBackward, c);

    public static GradientCheckResult OfSoftplus(GradientCase c, BackwardFunction? backward = null) =>
        Check((x, y) => Softplus.Forward(x, y, Beta), backward ?? SoftplusBackward, c);

    public static GradientCheckResult OfSigmoid(GradientCase c, BackwardFunction? backward = null) =>
        Check(Sigmoid.Forward, backward ?? SigmoidBackward, c);

    public static GradientCheckResult OfTanh(GradientCase c, BackwardFunction? backward = null) =>
        Check(Tanh.Forward, backward ?? TanhBackward, c);

    public static GradientCheckResult OfReLU(GradientCase c, BackwardFunction? backward = null) =>
        Check(ReLU.Forward, backward ?? ReLUBackward, c);

    public static GradientCheckResult OfGelu(GradientCase c, BackwardFunction? backward = null) =>
        Check(Gelu.Forward, backward ?? GeluBackward, c);

    public static GradientCheckResult OfGeluTanh(GradientCase c, BackwardFunction? backward = null) =>
        Check(GeluTanh.Forward, backward ?? GeluTanhBackward, c);

    public static GradientCheckResult OfExp(GradientCase c, BackwardFunction? backward = null) =>
        Check(Exp.Forward, backward ?? ExpBackward, c);

    public static GradientCheckResult OfLogSoftmax(GradientCase c, BackwardFunction? backward = null) =>
        Check(LogSoftmax.Forward, backward ?? LogSoftmaxBackward, c);

    public static GradientCheckResult OfSoftmax(GradientCase c, BackwardFunction? backward = null) =>
        Check(Softmax.Forward, backward ?? SoftmaxBackward, c);

    public static GradientCheckResult OfDropout(GradientCase c, DropoutBackward? backward = null)
    {
        TensorBuffer<double> mask = DropoutMask(c);
        return Check(
            (x, y) => Dropout.Forward(x, mask.View, y),
            (_, _, g, gradInput) => (backward ?? Dropout.Backward)(mask.View, g, gradInput),
            c);
    }

    public static TensorBuffer<double> DropoutMask(GradientCase c)
    {
        var mask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.4, new SplitMix64(c.Seed), mask.View);
        return mask;
    }

    public static GradientCheckResult OfFullyConnectedInput(GradientCase c, FullyConnectedBackward? backward = null)
    {
        (TensorBuffer<double> weights, TensorBuffer<double> bias) = Parameters(c);
        (TensorBuffer<double> gradWeights, TensorBuffer<double> gradBias) = Like(weights, bias);
        return GradientCheck.Function(
            (x, y) => FullyConnected.Forward(x, weights.View, bias.View, y),
            (x, _, g, gradInput) => (backward ?? FullyConnectedBackward)(x, weights.View, g, gradInput, gradWeights.View, gradBias.View),
            c.Input().View, c.Rows, c.Outputs, seed: c.Seed);
    }

    public static GradientCheckResult OfFullyConnectedWeights(GradientCase c, FullyConnectedBackward? backward = null)
    {
        TensorBuffer<double> input = c.Input();
        (TensorBuffer<double> weights, TensorBuffer<double> bias) = Parameters(c);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradBias) = Like(input, bias);
        return GradientCheck.Function(
            (w, y) => FullyConnected.Forward(input.View, w, bias.View, y),
            (w, _, g, gradWeights) => (backward ?? FullyConnectedBackward)(input.View, w, g, gradInput.View, gradWeights, gradBias.View),
            weights.View, c.Rows, c.Outputs, seed: c.Seed);
    }

    public static GradientCheckResult OfFullyConnectedBias(GradientCase c, FullyConnectedBackward? backward = null)
    {
        TensorBuffer<double> input = c.Input();
        (TensorBuffer<double> weights, TensorBuffer<double> bias) = Parameters(c);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradWeights) = Like(input, weights);
        return GradientCheck.Function(
            (b, y) => FullyConnected.Forward(input.View, weights.View, b, y),
            (_, _, g, gradBias) => (backward ?? FullyConnectedBackward)(input.View, weights.View, g, gradInput.View, gradWeights.View, gradBias),
            bias.View, c.Rows, c.Outputs, seed: c.Seed);
    }

    public static TensorBuffer<double> Weights(GradientCase c) => c.Values(c.Columns, c.Outputs, 3);

    private static GradientCheckResult Check(ForwardFunction forward, BackwardFunction backward, GradientCase c) =>
        GradientCheck.Function(forward, backward, c.Input().View, c.Rows, c.Columns, seed: c.Seed);

    private static (TensorBuffer<double> Weights, TensorBuffer<double> Bias) Parameters(GradientCase c) =>
        (Weights(c), c.Values(1, c.Outputs, 4));

    private static (TensorBuffer<double>, TensorBuffer<double>) Like(TensorBuffer<double> first, TensorBuffer<double> second) =>
        (new(first.Rows, first.Columns), new(second.Rows, second.Columns));
}
