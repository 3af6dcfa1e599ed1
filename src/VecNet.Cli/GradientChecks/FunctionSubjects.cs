namespace VecNet.Cli.GradientChecks;

/// <summary>Every function of the library that has a backward pass, by each of its inputs.</summary>
internal static class FunctionSubjects
{
    /// <summary>Large enough that no row or column is so steep that differences lose its slope.</summary>
    private const double Epsilon = 0.1;

    private delegate void Normalization(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> gamma, ReadOnlyTensorView<double> beta, TensorView<double> y, TensorView<double> statistics);

    private delegate void NormalizationBackward(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> gamma, ReadOnlyTensorView<double> statistics, ReadOnlyTensorView<double> g,
        TensorView<double> gradInput, TensorView<double> gradGamma, TensorView<double> gradBeta);

    private enum By
    {
        Input,
        Scale,
        Shift,
    }

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        .. OperationCatalog<double>.Functions.Select(function => OfInput(function.Name, function.Sample)),
        new("function", "Dropout", OfDropout),
        new("function", "FullyConnected, input", c => OfFullyConnected(c, By.Input)),
        new("function", "FullyConnected, weights", c => OfFullyConnected(c, By.Scale)),
        new("function", "FullyConnected, bias", c => OfFullyConnected(c, By.Shift)),
        new("function", "LayerNorm, input", c => OfLayerNorm(c, By.Input)),
        new("function", "LayerNorm, scale", c => OfLayerNorm(c, By.Scale)),
        new("function", "LayerNorm, shift", c => OfLayerNorm(c, By.Shift)),
        new("function", "BatchNorm, input", c => OfBatchNorm(c, By.Input)),
        new("function", "BatchNorm, scale", c => OfBatchNorm(c, By.Scale)),
        new("function", "BatchNorm, shift", c => OfBatchNorm(c, By.Shift)),
        new("function", "Embedding", OfEmbedding),
    ];

    private static GradientSubject OfInput(string name, ActivationLayer<double> function) => new("function", name, c => GradientCheck.Function(
        function.Forward, function.Backward, c.Input(function.Kinks).View, c.Rows, c.Columns, seed: c.Seed));

    private static GradientCheckResult OfDropout(GradientSample c)
    {
        var mask = new TensorBuffer<double>(c.Rows, c.Columns);
        Dropout.FillMask(0.4, new SplitMix64(c.Seed), mask.View);
        return GradientCheck.Function(
            (x, y) => Dropout.Forward(x, mask.View, y), (_, _, g, gradInput) => Dropout.Backward(mask.View, g, gradInput), c.Input().View, c.Rows, c.Columns, seed: c.Seed);
    }

    private static GradientCheckResult OfFullyConnected(GradientSample c, By by)
    {
        TensorBuffer<double> input = c.Input();
        TensorBuffer<double> weights = c.Values(c.Columns, c.Outputs, 2);
        TensorBuffer<double> bias = c.Values(1, c.Outputs, 3);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradWeights, TensorBuffer<double> gradBias) =
            (new(c.Rows, c.Columns), new(c.Columns, c.Outputs), new(1, c.Outputs));
        return GradientCheck.Function(
            (v, y) => FullyConnected.Forward(by == By.Input ? v : input.View, by == By.Scale ? v : weights.View, by == By.Shift ? v : bias.View, y),
            (v, _, g, gradient) => FullyConnected.Backward(
                by == By.Input ? v : input.View,
                by == By.Scale ? v : weights.View,
                g,
                by == By.Input ? gradient : gradInput.View,
                by == By.Scale ? gradient : gradWeights.View,
                by == By.Shift ? gradient : gradBias.View),
            (by switch { By.Input => input, By.Scale => weights, _ => bias }).View, c.Rows, c.Outputs, seed: c.Seed);
    }

    private static GradientCheckResult OfLayerNorm(GradientSample c, By by) => OfNormalization(
        c, by, new(c.Rows, 2),
        (x, gamma, beta, y, s) => LayerNorm.Forward(x, gamma, beta, y, s, Epsilon),
        (x, gamma, s, g, gradInput, gradGamma, gradBeta) => LayerNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta));

    private static GradientCheckResult OfBatchNorm(GradientSample c, By by)
    {
        (var mean, var variance) = (new TensorBuffer<double>(1, c.Columns), new TensorBuffer<double>(1, c.Columns));
        return OfNormalization(
            c, by, new(2, c.Columns),
            (x, gamma, beta, y, s) => BatchNorm.Forward(x, gamma, beta, y, s, mean.View, variance.View, 0.1, Epsilon),
            (x, gamma, s, g, gradInput, gradGamma, gradBeta) => BatchNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta));
    }

    private static GradientCheckResult OfNormalization(GradientSample c, By by, TensorBuffer<double> statistics, Normalization forward, NormalizationBackward backward)
    {
        TensorBuffer<double> input = c.Input();
        TensorBuffer<double> gamma = c.Positive(1, c.Columns, 2);
        TensorBuffer<double> beta = c.Values(1, c.Columns, 3);
        (TensorBuffer<double> gradInput, TensorBuffer<double> gradGamma, TensorBuffer<double> gradBeta) =
            (new(c.Rows, c.Columns), new(1, c.Columns), new(1, c.Columns));
        return GradientCheck.Function(
            (v, y) => forward(by == By.Input ? v : input.View, by == By.Scale ? v : gamma.View, by == By.Shift ? v : beta.View, y, statistics.View),
            (v, _, g, gradient) => backward(
                by == By.Input ? v : input.View,
                by == By.Scale ? v : gamma.View,
                statistics.View,
                g,
                by == By.Input ? gradient : gradInput.View,
                by == By.Scale ? gradient : gradGamma.View,
                by == By.Shift ? gradient : gradBeta.View),
            (by switch { By.Input => input, By.Scale => gamma, _ => beta }).View, c.Rows, c.Columns, seed: c.Seed);
    }

    /// <summary>By its table, with indices of which some occur more than once.</summary>
    private static GradientCheckResult OfEmbedding(GradientSample c)
    {
        const int Entries = 5;
        TensorBuffer<double> indices = c.Indices(c.Rows, c.Outputs, Entries - 1, 2);
        return GradientCheck.Function(
            (table, y) => Embedding.Forward(indices.View, table, y),
            (_, _, g, gradTable) => Embedding.Backward(indices.View, g, gradTable),
            c.Values(Entries, c.Columns, 3).View, c.Rows, c.Outputs * c.Columns, seed: c.Seed);
    }
}
