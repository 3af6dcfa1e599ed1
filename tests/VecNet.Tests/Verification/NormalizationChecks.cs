namespace VecNet.Tests;

/// <summary>∂L/∂x, ∂L/∂γ and ∂L/∂β of a normalisation.</summary>
internal delegate void NormalizationBackward(
    ReadOnlyTensorView<double> input, ReadOnlyTensorView<double> gamma,
    ReadOnlyTensorView<double> statistics, ReadOnlyTensorView<double> gradOutput,
    TensorView<double> gradInput, TensorView<double> gradGamma, TensorView<double> gradBeta);

/// <summary>∂L/∂table.</summary>
internal delegate void EmbeddingBackward(
    ReadOnlyTensorView<double> indices, ReadOnlyTensorView<double> gradOutput, TensorView<double> gradTable);

/// <summary>
/// The one gradient check of each normalisation, by all that it depends on, and of the embedding; see <see cref="FunctionChecks"/>.
/// </summary>
internal static class NormalizationChecks
{
    public static readonly NormalizationBackward LayerNormBackward =
        (x, gamma, s, g, gradInput, gradGamma, gradBeta) => LayerNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta);

    public static readonly NormalizationBackward BatchNormBackward =
        (x, gamma, s, g, gradInput, gradGamma, gradBeta) => BatchNorm.Backward(x, gamma, s, g, gradInput, gradGamma, gradBeta);

    public static readonly EmbeddingBackward EmbeddingBackward = (indices, g, gradTable) => Embedding.Backward(indices, g, gradTable);

    private delegate void Normalization(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> gamma,
        ReadOnlyTensorView<double> beta, TensorView<double> y, TensorView<double> statistics);

    private enum Variable
    {
        Input,
        Scale,
        Shift,
    }

    public static GradientCheckResult OfLayerNormInput(GradientCase c, NormalizationBackward? backward = null) =>
        OfLayerNorm(Variable.Input, c, backward);

    public static GradientCheckResult OfLayerNormScale(GradientCase c, NormalizationBackward? backward = null) =>
        OfLayerNorm(Variable.Scale, c, backward);

    public static GradientCheckResult OfLayerNormShift(GradientCase c, NormalizationBackward? backward = null) =>
        OfLayerNorm(Variable.Shift, c, backward);

    public static GradientCheckResult OfBatchNormInput(GradientCase c, NormalizationBackward? backward = null) =>
        OfBatchNorm(Variable.Input, c, backward);

    public static GradientCheckResult OfBatchNormScale(GradientCase c, NormalizationBackward? backward = null) =>
        OfBatchNorm(Variable.Scale, c, backward);

    public static GradientCheckResult OfBatchNormShift(GradientCase c, NormalizationBackward? backward = null) =>
        OfBatchNorm(Variable.Shift, c, backward);

    public static GradientCheckResult OfPlainLayerNormInput(GradientCase some)
    {
        GradientCase c = WithRowsEnough(some);
        var statistics = new TensorBuffer<double>(c.Rows, 2);
        return GradientCheck.Function(
            (x, y) => LayerNorm.Forward(x, default, default, y, statistics.View, Epsilon),
            (x, _, g, gradInput) => LayerNorm.Backward(x, default, statistics.View, g, gradInput, default, default),
            c.Input().View, c.Rows, c.Columns, seed: c.Seed);
    }

    /// <summary>Indices of which some occur more than once, and entries of which some never do.</summary>
    public static GradientCheckResult OfEmbedding(GradientCase c, EmbeddingBackward? backward = null)
    {
        const int Entries = 5;
        var indices = new TensorBuffer<double>(c.Rows, c.Outputs);
        var random = new Seeded(c.Seed + 5);
        foreach (ref double index in indices.Span)
        {
            index = random.Integer(0, Entries - 2);
        }

        return GradientCheck.Function(
            (table, y) => Embedding.Forward(indices.View, table, y),
            (_, _, g, gradTable) => (backward ?? EmbeddingBackward)(indices.View, g, gradTable),
            c.Values(Entries, c.Columns, 4).View, c.Rows, c.Outputs * c.Columns, seed: c.Seed);
    }

    /// <summary>Large enough that no row or column is so steep that differences lose its slope.</summary>
    private const double Epsilon = 0.1;

    private static GradientCheckResult OfLayerNorm(Variable variable, GradientCase c, NormalizationBackward? backward) => Of(
        variable, (x, gamma, beta, y, s) => LayerNorm.Forward(x, gamma, beta, y, s, Epsilon),
        backward ?? LayerNormBackward, new(WithRowsEnough(c).Rows, 2), WithRowsEnough(c));

    /// <summary>
    /// Of n normalised numbers the gradient has n − 2 dimensions (hardly one, of two): in a single one it is 0 by chance once in a million
    /// cases, and then zeros pass too. Three rows are not.
    /// </summary>
    private static GradientCase WithRowsEnough(GradientCase c) => c.Columns < 5 && c.Rows != 0 ? c with { Rows = Math.Max(3, c.Rows) } : c;

    /// <summary>
    /// Of two rows at least, and then of three columns, for the reason above; what it
    /// does to the running statistics is none of the gradient's business.
    /// </summary>
    private static GradientCheckResult OfBatchNorm(Variable variable, GradientCase c, NormalizationBackward? backward)
    {
        GradientCase enough = c with { Rows = Math.Max(2, c.Rows), Columns = c.Rows < 5 ? Math.Max(3, c.Columns) : c.Columns };
        (var mean, var variance) = (new TensorBuffer<double>(1, enough.Columns), new TensorBuffer<double>(1, enough.Columns));
        return Of(
            variable,
            (x, gamma, beta, y, s) => BatchNorm.Forward(x, gamma, beta, y, s, mean.View, variance.View, 0.1, Epsilon),
            backward ?? BatchNormBackward, new(2, enough.Columns), enough);
    }

    private static GradientCheckResult Of(
        Variable variable, Normalization forward, NormalizationBackward backward, TensorBuffer<double> statistics, GradientCase c)
    {
        TensorBuffer<double> input = c.Input();
        for (int i = 0; i < input.Span.Length; i++)
        {
            // Apart, since numbers that are all the same are normalised to 0, and so is the scale's gradient.
            input.Span[i] += 1e-3 * (i + 1);
        }

        TensorBuffer<double> gamma = c.Positive(1, c.Columns, 3);
        TensorBuffer<double> beta = c.Values(1, c.Columns, 4);
        var gradInput = new TensorBuffer<double>(c.Rows, c.Columns);
        var gradGamma = new TensorBuffer<double>(1, c.Columns);
        var gradBeta = new TensorBuffer<double>(1, c.Columns);
        TensorBuffer<double> at = variable switch { Variable.Input => input, Variable.Scale => gamma, _ => beta };
        return GradientCheck.Function(
            (v, y) => forward(
                variable == Variable.Input ? v : input.View, variable == Variable.Scale ? v : gamma.View,
                variable == Variable.Shift ? v : beta.View, y, statistics.View),
            (v, _, g, gradient) => backward(
                variable == Variable.Input ? v : input.View,
                variable == Variable.Scale ? v : gamma.View,
                statistics.View,
                g,
                variable == Variable.Input ? gradient : gradInput.View,
                variable == Variable.Scale ? gradient : gradGamma.View,
                variable == Variable.Shift ? gradient : gradBeta.View),
            at.View, c.Rows, c.Columns, seed: c.Seed);
    }
}
