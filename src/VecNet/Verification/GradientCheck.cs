namespace VecNet;

/// <summary>Checks backward passes, built-in and custom ones, by numerical differences in double.</summary>
/// <remarks>
/// The derivative by x is computed from four points, [f(x − 2h) − 8 f(x − h) + 8 f(x + h) − f(x + 2h)] / 12h, whose error falls with h⁴.
/// A function with many outputs is reduced to one number, Σ g·output, with random g: its gradient is the result of the backward pass for
/// gradOutput = g. Inputs must be further than 2h from kinks such as ReLU's at 0.
/// </remarks>
public static partial class GradientCheck
{
    private delegate Span<double> Variable();

    /// <summary>Checks the gradient of a forward and backward pair by its input.</summary>
    /// <param name="forward">The function that computes the output.</param>
    /// <param name="backward">The function that computes ∂L/∂input.</param>
    /// <param name="input">The point of the check.</param>
    /// <param name="outputRows">The number of rows of the output.</param>
    /// <param name="outputColumns">The number of columns of the output.</param>
    /// <param name="options">The tolerances; <see cref="GradientCheckOptions.Strict"/> by default.</param>
    /// <param name="seed">The seed of the upstream gradient.</param>
    public static GradientCheckResult Function(
        ForwardFunction forward,
        BackwardFunction backward,
        ReadOnlyTensorView<double> input,
        int outputRows,
        int outputColumns,
        GradientCheckOptions? options = null,
        ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        TensorBuffer<double> gradOutput = Upstream(outputRows, outputColumns, seed);
        var output = new TensorBuffer<double>(outputRows, outputColumns);
        return Scalar(
            (x, gradient) =>
            {
                output.Span.Fill(double.NaN);
                forward(x, output.View);
                if (!gradient.IsEmpty)
                {
                    backward(x, output.View, gradOutput.View, gradient);
                }

                return Dot(output.Span, gradOutput.Span);
            },
            input,
            options);
    }

    /// <summary>Checks a function that returns a number, such as a loss: <c>(p, g) => loss.ForwardBackward(p, classes, g)</c>.</summary>
    /// <param name="function">The function that computes the number, and its gradient if that is requested.</param>
    /// <param name="input">The point of the check.</param>
    /// <param name="options">The tolerances; <see cref="GradientCheckOptions.Strict"/> by default.</param>
    public static GradientCheckResult Scalar(
        ScalarFunction function, ReadOnlyTensorView<double> input, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        options ??= GradientCheckOptions.Strict;
        TensorBuffer<double> x = TensorBuffer.Copy<double>(input);
        var gradient = new TensorBuffer<double>(input.Rows, input.Columns);
        gradient.Span.Fill(double.NaN);
        double value = function(x.View, gradient.View);
        double[] differences = Differences(() => x.Span, () => function(x.View, default), options);
        return Compare("input", input.Columns, gradient.Span, differences, value, options);
    }

    /// <summary>Checks a layer by its input and every parameter, overwriting and accumulating.</summary>
    /// <param name="layer">The layer, one of VecNet's or a custom one.</param>
    /// <param name="input">The point of the check, batch × features.</param>
    /// <param name="options">The tolerances; <see cref="GradientCheckOptions.Strict"/> by default.</param>
    /// <param name="seed">The seed of parameters, dropout masks and the upstream gradient.</param>
    /// <param name="sequences">The offsets of the input's sequences, for layers that read sequences.</param>
    /// <exception cref="ArgumentException">The sequences do not fit the input, or the layer reads sequences and there are none.</exception>
    public static GradientCheckResult Layer(
        ILayer<double> layer,
        ReadOnlyTensorView<double> input,
        GradientCheckOptions? options = null,
        ulong seed = 0,
        SequenceOffsets sequences = default)
    {
        var network = new NeuralNetwork<double>(input.Columns, [layer], seed);
        SplitMix64 random = SplitMix64.ForStream(seed, RandomStream.CheckedParameters);
        foreach (Slot slot in network.ParameterSlots)
        {
            foreach (ref double parameter in network.Parameters.Slice(slot.Offset, slot.Length))
            {
                // Initial values are often zero, where a wrong derivative may hide.
                parameter += 0.5 * random.NextNormal();
            }
        }

        TensorBuffer<double>? gradOutput = null;
        return Network(
            network,
            input,
            (prediction, gradient) =>
            {
                gradOutput ??= Upstream(prediction.Rows, network.OutputSize, seed);
                if (!gradient.IsEmpty)
                {
                    gradOutput.View.CopyTo(gradient);
                }

                double sum = 0;
                for (int row = 0; row < prediction.Rows; row++)
                {
                    sum += Dot(prediction.Row(row), gradOutput.View.Row(row));
                }

                return sum;
            },
            options,
            seed,
            sequences);
    }

    /// <summary>Checks a network with a loss: by its input and every parameter, overwriting and accumulating.</summary>
    /// <param name="network">The network. Its parameters are restored; its gradients are overwritten.</param>
    /// <param name="input">The point of the check, batch × inputs.</param>
    /// <param name="loss">The loss of the prediction, with its gradient.</param>
    /// <param name="options">The tolerances; <see cref="GradientCheckOptions.Strict"/> by default.</param>
    /// <param name="seed">The seed of dropout masks.</param>
    /// <param name="sequences">The offsets of the input's sequences, for networks that read sequences.</param>
    /// <exception cref="ArgumentException">The sequences do not fit the input, or a layer reads sequences and there are none.</exception>
    public static GradientCheckResult Network(
        NeuralNetwork<double> network,
        ReadOnlyTensorView<double> input,
        ScalarFunction loss,
        GradientCheckOptions? options = null,
        ulong seed = 0,
        SequenceOffsets sequences = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        options ??= GradientCheckOptions.Strict;
        TensorBuffer<double> x = TensorBuffer.Copy<double>(input);
        Workspace<double> workspace = network.CreateTrainingWorkspace(input.Rows, inputGradient: true, seed, sequences.Count);
        int[] offsets = sequences.AsSpan().ToArray();
        double[] state = network.State.ToArray();

        double Value() => loss(Forward(), default);
        ReadOnlyTensorView<double> Forward()
        {
            workspace.Random!.State = seed;
            state.CopyTo(network.State);
            return network.Forward(x.View, SequenceOffsets.Checked(offsets), workspace);
        }

        try
        {
            // The first pass overwrites garbage, the second accumulates: the difference of the two must be the same gradient.
            foreach (Slot slot in network.ParameterSlots)
            {
                network.Gradients.Slice(slot.Offset, slot.Length).Fill(double.NaN);
                for (int row = 0; slot.Touched is { IsSparse: true } && row < slot.Rows; row++)
                {
                    slot.Touched!.Add(row);
                }
            }

            // An element that forward or backward does not write, or accumulates, gives NaN.
            workspace.Poison(double.NaN);
            double value = loss(Forward(), workspace.GradOutput);
            network.Backward(x.View, workspace.GradOutput, workspace);
            double[] once = network.Gradients.ToArray();
            double[] gradInput = workspace.GradInput.AsSpan().ToArray();
            network.Backward(x.View, workspace.GradOutput, workspace, accumulate: true);
            double[] again = network.Gradients.ToArray();

            return Compare("input", input.Columns, gradInput, Differences(() => x.Span, Value, options), value, options)
                .And(Parameters(network, once, again, Value, value, options));
        }
        finally
        {
            state.CopyTo(network.State);
        }
    }

    /// <summary>Compares every parameter's gradient, after the first pass and as the second has added it.</summary>
    private static GradientCheckResult Parameters(
        NeuralNetwork<double> network, double[] once, double[] again, Func<double> value, double valueHere, GradientCheckOptions options)
    {
        var result = new GradientCheckResult(default, 0, []);
        foreach (NetworkNode<double> node in network.Nodes)
        {
            foreach (Slot slot in node.Parameters)
            {
                double[] first = once.AsSpan(slot.Offset, slot.Length).ToArray();
                double[] second = again.AsSpan(slot.Offset, slot.Length).ToArray();
                for (int j = 0; j < second.Length; j++)
                {
                    second[j] -= first[j];
                }

                double[] differences = Differences(() => network.Parameters.Slice(slot.Offset, slot.Length), value, options);
                result = result
                    .And(Compare($"{node.Path}.{slot.Name}", slot.Columns, first, differences, valueHere, options))
                    .And(Compare($"{node.Path}.{slot.Name} (accumulated)", slot.Columns, second, differences, valueHere, options));
            }
        }

        return result;
    }

    private static TensorBuffer<double> Upstream(int rows, int columns, ulong seed)
    {
        var gradOutput = new TensorBuffer<double>(rows, columns);
        SplitMix64 random = SplitMix64.ForStream(seed, RandomStream.CheckedUpstream);
        foreach (ref double element in gradOutput.Span)
        {
            element = random.NextNormal();
        }

        return gradOutput;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Reductions.Dot(x, y);
}
