using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>
/// Calibrates the probabilities of a classifier by one number: softmax(z/T) instead of softmax(z), with the temperature T that minimizes
/// the cross-entropy of rows that the network was not trained on.
/// </summary>
/// <remarks>
/// <para>
/// T above 1 makes overconfident probabilities smaller, and T below 1 makes underconfident ones larger. The order of the classes, and
/// therefore the predicted class, stays the same. <see cref="CalibrationMetrics"/> measures the effect.
/// </para>
/// <code>
/// double temperature = TemperatureScaling.Fit(network.Predict(validation.Features.View, workspace), validation.Targets.Classes);
/// TemperatureScaling.Apply(network, temperature);
/// </code>
/// <para>
/// With β = 1/T the loss f(β) = Σᵢ wᵢ (log Σⱼ e^(β zᵢⱼ) − β zᵢ,yᵢ) is convex: its derivative is Σᵢ wᵢ (Eᵢ[z] − zᵢ,yᵢ) and its second
/// derivative Σᵢ wᵢ Varᵢ[z] ≥ 0, where Eᵢ and Varᵢ are the mean and the variance of row i's logits under its probabilities. Newton's
/// iteration finds the root of the derivative; a step that leaves the interval in which the root is known to be is replaced by bisection.
/// </para>
/// <para>Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.</para>
/// </remarks>
public static class TemperatureScaling
{
    /// <summary>The largest temperature; the smallest is its inverse.</summary>
    private const double Limit = 1024;

    private const int MostIterations = 100;

    /// <summary>Finds the temperature that minimizes the mean cross-entropy.</summary>
    /// <param name="logits">Rows × classes: outputs for rows that the network was not trained on.</param>
    /// <param name="classes">The class of each row, from 0.</param>
    /// <param name="weights">The weight of each row; empty for ones.</param>
    /// <returns>
    /// T, at most 1,024. It is 1 if there is no best temperature: there is no row, or the true class of every row has the largest logit, so
    /// that the loss falls with the temperature down to 0.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The numbers of rows differ, a weight is negative or not finite, or a logit of a row whose weight is not 0 is not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static double Fit<T>(ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Targets<T>(classes).Check(logits, name: nameof(classes));
        if (!weights.IsEmpty)
        {
            WeightedRows.Check(weights, classes.Length, nameof(weights));
        }

        for (int row = 0; row < logits.Rows; row++)
        {
            if ((weights.IsEmpty || weights[row] != 0) && !TensorPrimitives.IsFiniteAll(logits.Row(row)))
            {
                throw new ArgumentException($"A logit of row {row} is not finite.", nameof(logits));
            }
        }

        (double low, double high) = (1 / Limit, Limit);
        if (Derivatives(logits, classes, weights, high).First <= 0)
        {
            return 1;
        }

        if (Derivatives(logits, classes, weights, low).First >= 0)
        {
            return Limit;
        }

        double beta = 1;
        for (int i = 0; i < MostIterations; i++)
        {
            (double first, double second) = Derivatives(logits, classes, weights, beta);
            (low, high) = first > 0 ? (low, beta) : (beta, high);
            double next = beta - (first / second);
            next = next > low && next < high ? next : Math.Sqrt(low * high);
            double change = Math.Abs(next - beta);
            beta = next;
            if (change <= 1e-12 * beta)
            {
                break;
            }
        }

        return 1 / beta;
    }

    /// <summary>Divides a network's logits by the temperature: the weights and biases of its last layer are divided by it.</summary>
    /// <remarks>
    /// Nothing else in the network changes, so that saved models and exported graphs also have calibrated probabilities. Each parameter is
    /// rounded once.
    /// </remarks>
    /// <param name="network">The network, which is changed.</param>
    /// <param name="temperature">T, above 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0 and finite.</exception>
    /// <exception cref="ArgumentException">The network does not end with a fully connected layer.</exception>
    public static void Apply<T>(NeuralNetwork<T> network, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(temperature), temperature, $"The temperature must be above 0 and finite; it is {temperature}.");
        }

        NetworkNode<T> last = network.Nodes[^1];
        if (last.Layer is not FullyConnectedLayer<T>)
        {
            throw new ArgumentException(
                $"The network ends with {last.Name}; only the outputs of a fully connected layer can be divided by a temperature.",
                nameof(network));
        }

        SlotViews<T> parameters = network.GetParameters(last);
        for (int i = 0; i < parameters.Count; i++)
        {
            TensorView<T> slot = parameters[i];
            for (int row = 0; row < slot.Rows; row++)
            {
                foreach (ref T parameter in slot.Row(row))
                {
                    parameter = T.CreateTruncating(double.CreateTruncating(parameter) / temperature);
                }
            }
        }
    }

    /// <summary>f'(β) and f''(β).</summary>
    private static (double First, double Second) Derivatives<T>(
        ReadOnlyTensorView<T> logits, ReadOnlySpan<int> classes, ReadOnlySpan<double> weights, double beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double first = 0, second = 0;
        for (int row = 0; row < logits.Rows; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            if (weight == 0)
            {
                continue;
            }

            // Logits relative to the largest one: nothing overflows, and the true class contributes exactly 0 where it is the largest.
            ReadOnlySpan<T> z = logits.Row(row);
            double largest = double.CreateTruncating(TensorPrimitives.Max(z));
            double sum = 0, mean = 0, square = 0;
            foreach (T logit in z)
            {
                double below = double.CreateTruncating(logit) - largest;
                double share = Math.Exp(beta * below);
                sum += share;
                mean += share * below;
                square += share * below * below;
            }

            mean /= sum;
            first += weight * (mean - (double.CreateTruncating(z[classes[row]]) - largest));
            second += weight * ((square / sum) - (mean * mean));
        }

        return (first, second);
    }
}
