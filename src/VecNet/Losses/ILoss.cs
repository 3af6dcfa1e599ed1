using System.Numerics;

namespace VecNet;

/// <summary>A loss of the predictions of a batch: its sum, and the weight that is the divisor of a mean.</summary>
/// <remarks>
/// <para>
/// A mean of means is not a mean: batches differ in size, in the weights of their classes and in the rows that they ignore. Therefore a
/// loss never divides. Code that averages accumulates sums and weights in double precision, over one batch, several or a whole data set,
/// and divides once.
/// </para>
/// <para>
/// The sum is over rows: the loss of a row must not depend on other rows of the batch. Therefore rows can have weights, which a loss need
/// not know: see <see cref="LossExtensions"/>.
/// </para>
/// <para>
/// <see cref="LossExtensions"/> does so for one batch: <c>Forward</c>, <c>Backward</c> and <c>ForwardBackward</c> work for every loss,
/// including custom ones, and a <see cref="Trainer{T}"/> accepts any loss. A loss keeps no state that a call changes, so that several
/// threads may share one.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of the loss, for messages.</summary>
    string Name { get; }

    /// <summary>Whether the value is the mean, sum / weight, or the sum itself.</summary>
    Reduction Reduction { get; }

    /// <summary>
    /// Rows of this class index are ignored in the sum, the weight and the accuracy. It need not be a class of the network. It is null, for
    /// none, by default.
    /// </summary>
    int? IgnoredClass => null;

    /// <summary>The further options that the loss was created with, by name, such as <c>delta</c> = 1; none by default.</summary>
    /// <remarks>A checkpoint stores them, so that training is not continued with a different loss.</remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>
    /// The differences ŷ − t at which a loss that is a sum over elements is not smooth, such as 0 for the absolute error: a derivative of
    /// some order jumps there. None by default.
    /// </summary>
    /// <remarks>Numerical differences across such a point are wrong, so that a gradient check must avoid it.</remarks>
    IReadOnlyList<double> Kinks => [];

    /// <summary>
    /// Gets the divisor of a mean over these targets, such as the number of elements, of rows that are not ignored, or the sum of their
    /// weights. It depends only on the targets.
    /// </summary>
    /// <param name="targets">The targets.</param>
    /// <returns>The weight, which is 0 where all rows are ignored.</returns>
    /// <exception cref="ArgumentException">The loss does not accept these targets.</exception>
    double GetWeight(Targets<T> targets);

    /// <summary>
    /// Computes the sum of the loss over the batch for any <see cref="Reduction"/>, and the gradient of <paramref name="scale"/> times that
    /// sum.
    /// </summary>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="scale">The factor of the gradient; 1/weight makes it that of the mean.</param>
    /// <param name="gradPrediction">
    /// scale · ∂sum/∂prediction, of the prediction's shape, overwritten; or empty to compute only the value.
    /// </param>
    /// <returns>The sum, without the scale.</returns>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction);
}
