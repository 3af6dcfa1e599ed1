using System.Numerics;

namespace VecNet.Extensions.Hosting;

/// <content>Predictions of many rows.</content>
public sealed partial class ModelPredictor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the probability of each class for each row; a warm call allocates nothing.</summary>
    /// <param name="features">Rows × inputs, not standardized.</param>
    /// <param name="probabilities">The result, rows × outputs; NaN in a row whose features or outputs are not finite.</param>
    /// <returns>The version that has made all of them.</returns>
    /// <exception cref="InputTooLargeException">There are more rows than the service allows.</exception>
    /// <exception cref="ArgumentException">A shape is wrong, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed of.</exception>
    public ModelVersion PredictProbabilities(ReadOnlyTensorView<double> features, TensorView<T> probabilities) =>
        PredictRows(features, probabilities, features.Rows, static (model, x, y) => model.PredictProbabilities(x, y));

    /// <inheritdoc cref="PredictProbabilities(ReadOnlyTensorView{double}, TensorView{T})"/>
    public ModelVersion PredictProbabilities(ReadOnlyTensorView<T> features, TensorView<T> probabilities) =>
        PredictRows(features, probabilities, features.Rows, static (model, x, y) => model.PredictProbabilities(x, y));

    /// <summary>Predicts the numbers of each row, in the units of the targets; a warm call allocates nothing.</summary>
    /// <param name="features">Rows × inputs, not standardized.</param>
    /// <param name="numbers">The result, rows × outputs; NaN in a row whose features are not finite, or too large for the model.</param>
    /// <returns>The version that has made all of them.</returns>
    /// <exception cref="InputTooLargeException">There are more rows than the service allows.</exception>
    /// <exception cref="ArgumentException">A shape is wrong, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed of.</exception>
    public ModelVersion PredictNumbers(ReadOnlyTensorView<double> features, TensorView<double> numbers) =>
        PredictRows(features, numbers, features.Rows, static (model, x, y) => model.PredictNumbers(x, y));

    /// <inheritdoc cref="PredictNumbers(ReadOnlyTensorView{double}, TensorView{double})"/>
    public ModelVersion PredictNumbers(ReadOnlyTensorView<T> features, TensorView<double> numbers) =>
        PredictRows(features, numbers, features.Rows, static (model, x, y) => model.PredictNumbers(x, y));

    private ModelVersion PredictRows<TFeatures, TResult>(
        TFeatures features, TResult result, int rows, RowsPrediction<TFeatures, TResult> predict)
        where TFeatures : allows ref struct
        where TResult : allows ref struct
    {
        (Model<T> model, ModelVersion version) = Use();
        long? begin = metrics.Begin();
        try
        {
            if (rows > options.MaxRows)
            {
                throw new InputTooLargeException($"There are {rows} rows; at most {options.MaxRows} are taken at once.", nameof(features));
            }

            predict(model, features, result);
        }
        catch (Exception error) when (metrics.Fail(begin, error))
        {
            throw;
        }

        metrics.Succeed(begin, rows);
        return version;
    }

    /// <summary>The method of the model; one delegate for all calls, so that they allocate nothing.</summary>
    private delegate void RowsPrediction<TFeatures, TResult>(Model<T> model, TFeatures features, TResult result)
        where TFeatures : allows ref struct
        where TResult : allows ref struct;
}
