namespace VecNet.Cli.GradientChecks;

/// <summary>All functions of the library that have a backward pass, with respect to each of their inputs.</summary>
internal static class FunctionSubjects
{
    /// <summary>
    /// The ε of normalizations, which is large enough for finite differences to resolve the slope of every row and column.
    /// </summary>
    private const double Epsilon = 0.1;

    private delegate void Normalization(
        ReadOnlyTensorView<double> x,
        ReadOnlyTensorView<double> gamma,
        ReadOnlyTensorView<double> beta,
        TensorView<double> y,
        TensorView<double> statistics);

    private delegate void NormalizationBackward(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> gamma, ReadOnlyTensorView<double> statistics, ReadOnlyTensorView<double> g,
        TensorView<double> gradInput, TensorView<double> gradGamma, TensorView<double> gradBeta);

    private enum Variable
    {
        Input,
        Scale,
        Shift,
    }

    /// <summary>The subjects.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
    [
        .. OperationCatalog<double>.Functions.Select(function => OfInput(function.Name, function.Sample)),
        new("function", "Dropout", OfDropout),
        new("function", "FullyConnected, input", c => OfFullyConnected(c, Variable.Input)),
        new("function", "FullyConnected, weights", c => OfFullyConnected(c, Variable.Scale)),
        new("function", "FullyConnected, bias", c => OfFullyConnected(c, Variable.Shift)),
        new("function", "LayerNorm, input", c => OfLayerNorm(c, Variable.Input)),
        new("function", "LayerNorm, scale", c => OfLayerNorm(c, Variable.Scale)),
        new("function", "LayerNorm, shift", c => OfLayerNorm(c, Variable.Shift)),
        new("function", "BatchNorm, input", c => OfBatchNorm(c, Variable.Input)),
        new("function", "BatchNorm, scale", c => OfBatchNorm(c, Variable.Scale)),
        new("function", "BatchNorm, shift", c => OfBatchNorm(c, Variable.Shift)),
        new("function", "Embedding", OfEmbedding),
    ];

    private static GradientCheckSubject OfInput(string name, ActivationLayer<double> function) =>
        new("function", name, c => GradientCheck.Function(
            function.Forward, function.Backward, c.Input(function.Kinks).View, c.Rows, c.Columns, seed: c.Seed));

    private static GradientCheckResult OfDropout(GradientCheckSample c)
    {
        var mask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.4, new SplitMix64(c.Seed), mask.View);
        return GradientCheck.Function(
            (x, y) => Dropout.Forward(x, mask.View, y),
            (_, _, g, gradInput) => Dropout.Backward(mask.View, g, gradInput),
            c.Input().View,
            c.Rows,
            c.Columns,
            seed: c.Seed);
    }

    private static GradientCheckResult OfFullyConnected(GradientCheckSample c, Variable variable)
    {
        TensorBuffer<double> input = c.Input();
        TensorBuffer<double> weights = c.Values(c.Columns, c.Outputs, 2);
        TensorBuffer<double> bias = c.Values(1, c.Outputs, 3);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradWeights, TensorBuffer<double> gradBias) =
            (new(c.Rows, c.Columns), new(c.Columns, c.Outputs), new(1, c.Outputs));
        return GradientCheck.Function(
            (v, y) => FullyConnected.Forward(
                variable == Variable.Input ? v : input.View,
                variable == Variable.Scale ? v : weights.View,
                variable == Variable.Shift ? v : bias.View,
                y),
            (v, _, g, gradient) => FullyConnected.Backward(
                variable == Variable.Input ? v : input.View,
                variable == Variable.Scale ? v : weights.View,
                g,
                variable == Variable.Input ? gradient : gradInput.View,
                variable == Variable.Scale ? gradient : gradWeights.View,
                variable == Variable.Shift ? gradient : gradBias.View),
            (variable switch { Variable.Input => input, Variable.Scale => weights, _ => bias }).View, c.Rows, c.Outputs, seed: c.Seed);
    }

    private static GradientCheckResult OfLayerNorm(GradientCheckSample c, Variable variable) => OfNormalization(
        c, variable, new(c.Rows, 2),
        (x, gamma, beta, y, s) => LayerNorm.Forward(x, gamma, beta, y, s, Epsilon),
        (x, gamma, s, g, gradInput, gradGamma, gradBeta) => LayerNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta));

    private static GradientCheckResult OfBatchNorm(GradientCheckSample c, Variable variable)
    {
        (var mean, var variance) = (new TensorBuffer<double>(1, c.Columns), new TensorBuffer<double>(1, c.Columns));
        return OfNormalization(
            c, variable, new(2, c.Columns),
            (x, gamma, beta, y, s) => BatchNorm.Forward(x, gamma, beta, y, s, mean.View, variance.View, 0.1, Epsilon),
            (x, gamma, s, g, gradInput, gradGamma, gradBeta) => BatchNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta));
    }

    private static GradientCheckResult OfNormalization(
        GradientCheckSample c, Variable variable, TensorBuffer<double> statistics, Normalization forward, NormalizationBackward backward)
    {
        TensorBuffer<double> input = c.Input();
        TensorBuffer<double> gamma = c.Positive(1, c.Columns, 2);
        TensorBuffer<double> beta = c.Values(1, c.Columns, 3);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradGamma, TensorBuffer<double> gradBeta) =
            (new(c.Rows, c.Columns), new(1, c.Columns), new(1, c.Columns));
        return GradientCheck.Function(
            (v, y) => forward(
                variable == Variable.Input ? v : input.View,
                variable == Variable.Scale ? v : gamma.View,
                variable == Variable.Shift ? v : beta.View,
                y,
                statistics.View),
            (v, _, g, gradient) => backward(
                variable == Variable.Input ? v : input.View,
                variable == Variable.Scale ? v : gamma.View,
                statistics.View,
                g,
                variable == Variable.Input ? gradient : gradInput.View,
                variable == Variable.Scale ? gradient : gradGamma.View,
                variable == Variable.Shift ? gradient : gradBeta.View),
            (variable switch { Variable.Input => input, Variable.Scale => gamma, _ => beta }).View, c.Rows, c.Columns, seed: c.Seed);
    }

    /// <summary>Checks the gradient of the table, with indices of which some occur more than once.</summary>
    private static GradientCheckResult OfEmbedding(GradientCheckSample c)
    {
        const int Entries = 5;
        TensorBuffer<double> indices = c.Indices(c.Rows, c.Outputs, Entries - 1, 2);
        return GradientCheck.Function(
            (table, y) => Embedding.Forward(indices.View, table, y),
            (_, _, g, gradTable) => Embedding.Backward(indices.View, g, gradTable),
            c.Values(Entries, c.Columns, 3).View, c.Rows, c.Outputs * c.Columns, seed: c.Seed);
    }
}
