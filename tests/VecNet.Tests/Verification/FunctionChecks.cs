namespace VecNet.Tests;

/// <summary>∂L/∂x, ∂L/∂W and ∂L/∂b of a fully connected layer.</summary>
internal delegate void FullyConnectedBackward(
    ReadOnlyTensorView<double> input, ReadOnlyTensorView<double> weights, ReadOnlyTensorView<double> gradOutput,
    TensorView<double> gradInput, TensorView<double> gradWeights, TensorView<double> gradBias);

/// <summary>∂L/∂x by the mask that forward used.</summary>
internal delegate void DropoutBackward(
    ReadOnlyTensorView<double> mask, ReadOnlyTensorView<double> gradOutput, TensorView<double> gradInput);

/// <summary>
/// The one gradient check of each function. Properties run it on the library's backward pass, the planted faults on a broken one: so that
/// what proves the first has been seen to catch the second.
/// </summary>
internal static class FunctionChecks
{
    public static readonly FullyConnectedBackward FullyConnectedBackward =
        (x, w, g, gradInput, gradWeights, gradBias) => FullyConnected.Backward(x, w, g, gradInput, gradWeights, gradBias);

    /// <summary>The functions of one tensor, by name.</summary>
    public static IReadOnlyDictionary<string, FunctionEntry<double>> Functions { get; } =
        OperationCatalog<double>.Functions.ToDictionary(function => function.Name);

    /// <summary>The library's own backward pass of a function of one tensor.</summary>
    public static BackwardFunction BackwardOf(string name) => Functions[name].Sample.Backward;

    /// <summary>A function of one tensor, made with its sample options, by its input.</summary>
    public static GradientCheckResult Of(string name, GradientCase c, BackwardFunction? backward = null)
    {
        ActivationLayer<double> function = Functions[name].Sample;
        return Check(function.Forward, backward ?? function.Backward, c.Input(function.Kinks), c);
    }

    /// <summary>
    /// Whether no element of the input changes the result: softmax over one class, ReLU of negative numbers. By forward passes alone.
    /// </summary>
    public static bool IsConstant(string name, GradientCase c)
    {
        ActivationLayer<double> function = Functions[name].Sample;
        TensorBuffer<double> x = c.Input(function.Kinks);
        double[] before = Forward();
        for (int i = 0; i < x.Length; i++)
        {
            double there = x.Span[i];
            x.Span[i] += 1e-3;
            bool changes = !Forward().AsSpan().SequenceEqual(before);
            x.Span[i] = there;
            if (changes)
            {
                return false;
            }
        }

        return true;

        double[] Forward()
        {
            var y = new TensorBuffer<double>(x.Rows, x.Columns);
            function.Forward(x.View, y.View);
            return y.Span.ToArray();
        }
    }

    public static GradientCheckResult OfDropout(GradientCase c, DropoutBackward? backward = null)
    {
        TensorBuffer<double> mask = DropoutMask(c);
        return Check(
            (x, y) => Dropout.Forward(x, mask.View, y),
            (_, _, g, gradInput) => (backward ?? Dropout.Backward)(mask.View, g, gradInput),
            c.Input(),
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
            (_, _, g, gradBias) => (backward ?? FullyConnectedBackward)(
                input.View, weights.View, g, gradInput.View, gradWeights.View, gradBias),
            bias.View, c.Rows, c.Outputs, seed: c.Seed);
    }

    public static TensorBuffer<double> Weights(GradientCase c) => c.Values(c.Columns, c.Outputs, 3);

    private static GradientCheckResult Check(
        ForwardFunction forward, BackwardFunction backward, TensorBuffer<double> input, GradientCase c) =>
        GradientCheck.Function(forward, backward, input.View, c.Rows, c.Columns, seed: c.Seed);

    private static (TensorBuffer<double> Weights, TensorBuffer<double> Bias) Parameters(GradientCase c) =>
        (Weights(c), c.Values(1, c.Outputs, 4));

    private static (TensorBuffer<double>, TensorBuffer<double>) Like(TensorBuffer<double> first, TensorBuffer<double> second) =>
        (new(first.Rows, first.Columns), new(second.Rows, second.Columns));
}
