using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>
/// A linear model of classes, softmax(x·W + b), whose weights minimize C·Σᵢ wᵢ·Lᵢ + ½‖W‖², where Lᵢ is the cross-entropy of a row and wᵢ
/// its weight.
/// </summary>
/// <remarks>
/// <para>
/// Divided by C, the function is F = Σᵢ wᵢ·Lᵢ + ‖W‖²/(2C). With the probabilities pᵢ = softmax(zᵢ) of zᵢ = xᵢ·W + b and the true class as
/// a row yᵢ of zeros and a one: Lᵢ = log Σⱼ e^zᵢⱼ − zᵢ·yᵢ, so ∂Lᵢ/∂zᵢ = pᵢ − yᵢ. Since zᵢ is linear in W and b, ∂F/∂W = Xᵀ·G + W/C and
/// ∂F/∂b = Σᵢ gᵢ, where row i of G is gᵢ = wᵢ·(pᵢ − yᵢ). F is convex, so that there is one minimum, which does not depend on a seed.
/// </para>
/// <para>Products are computed in double precision; their results do not depend on the number of threads.</para>
/// </remarks>
internal sealed class LogisticRegression
{
    /// <summary>The largest element of the gradient at the end, for each row.</summary>
    private const double Tolerance = 1e-6;

    private readonly TensorBuffer<double> features;
    private readonly int[] classes;
    private readonly int threads;
    private readonly TensorBuffer<double> outputs;
    private readonly double[] parameters;

    /// <summary>Creates a model, whose weights are 0.</summary>
    internal LogisticRegression(TensorBuffer<double> features, int[] classes, int count, int threads)
    {
        this.features = features;
        this.classes = classes;
        this.threads = threads;
        outputs = new(features.Rows, count);
        parameters = new double[(features.Columns + 1) * count];
    }

    /// <summary>W, features × classes.</summary>
    internal ReadOnlyTensorView<double> Weights => MatrixOf(parameters);

    /// <summary>b.</summary>
    internal ReadOnlySpan<double> Bias => parameters.AsSpan(features.Columns * outputs.Columns);

    /// <summary>Fits the weights, beginning with those of the last call.</summary>
    /// <param name="weights">The weight of each row; a row of weight 0 is left out.</param>
    /// <param name="c">C: the larger it is, the less large weights are avoided.</param>
    /// <param name="cancellationToken">Ends the call between two steps.</param>
    internal void Fit(double[] weights, double c, CancellationToken cancellationToken) => LimitedMemoryBfgs.Minimize(
        (x, gradient) => Evaluate(x, gradient, weights, c), parameters, Tolerance * weights.Sum(), cancellationToken);

    /// <summary>x·W + b for all rows, valid until the next call.</summary>
    internal ReadOnlyTensorView<double> Predict()
    {
        FullyConnected.Forward<double>(features.View, Weights, Bias, outputs.View, threads);
        return outputs.View;
    }

    /// <summary>F and its gradient.</summary>
    internal double Evaluate(double[] x, double[] gradient, double[] weights, double c)
    {
        int matrix = features.Columns * outputs.Columns;
        Span<double> gradBias = gradient.AsSpan(matrix);
        FullyConnected.Forward<double>(features.View, MatrixOf(x), x.AsSpan(matrix), outputs.View, threads);
        double value = TensorPrimitives.SumOfSquares<double>(x.AsSpan(0, matrix)) / (2 * c);
        for (int row = 0; row < classes.Length; row++)
        {
            value += weights[row] * Differentiate(outputs.View.Row(row), classes[row], weights[row]);
        }

        FullyConnected.Backward<double>(
            features.View, MatrixOf(x), outputs.View, default, gradient.AsView(gradient.Length / outputs.Columns, outputs.Columns)
                .SliceRows(0, features.Columns), gradBias, threads: threads);
        TensorPrimitives.MultiplyAdd(x.AsSpan(0, matrix), 1 / c, gradient.AsSpan(0, matrix), gradient.AsSpan(0, matrix));
        return value;
    }

    /// <summary>The cross-entropy of a row; its outputs become their gradient.</summary>
    private static double Differentiate(Span<double> z, int target, double weight)
    {
        if (weight == 0)
        {
            z.Clear();
            return 0;
        }

        TensorPrimitives.Subtract(z, TensorPrimitives.Max<double>(z), z);
        double atTarget = z[target];
        TensorPrimitives.Exp(z, z);
        double sum = TensorPrimitives.Sum<double>(z);
        TensorPrimitives.Multiply(z, weight / sum, z);
        z[target] -= weight;
        return Math.Log(sum) - atTarget;
    }

    private ReadOnlyTensorView<double> MatrixOf(double[] x) =>
        new(x.AsSpan(0, features.Columns * outputs.Columns), features.Columns, outputs.Columns);
}
