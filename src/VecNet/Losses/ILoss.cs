using System.Numerics;

namespace VecNet;

/// <summary>A loss: what the predictions of a batch cost, as a sum and as the weight that a mean divides it by.</summary>
/// <remarks>
/// <para>
/// A mean of means is not a mean: batches differ in size, in the weights of their classes and in the rows that they ignore. Therefore a
/// loss never divides. Whoever averages adds up sums and weights in double precision, over one batch, several or a whole data set, and
/// divides once.
/// </para>
/// <para>
/// <see cref="LossExtensions"/> does so for one batch: <c>Forward</c>, <c>Backward</c> and <c>ForwardBackward</c> work for every loss, one
/// of your own included. A <see cref="Trainer{T}"/> takes any loss as it is. A loss keeps no state that a call changes: several threads may
/// share one.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the loss is called, in messages.</summary>
    string Name { get; }

    /// <summary>Whether the value is the mean, sum / weight, or the sum itself.</summary>
    Reduction Reduction { get; }

    /// <summary>
    /// Rows of this class index do not count: neither in the sum, nor in the weight, nor in the accuracy. It need not be a class of the
    /// network. Null, as by default, for none.
    /// </summary>
    int? IgnoredClass => null;

    /// <summary>The further numbers and choices that the loss was made with, by name, e.g. <c>delta</c> = 1; none by default.</summary>
    /// <remarks>A checkpoint keeps them, so that a training does not go on with a loss that computes something else.</remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>
    /// The differences ŷ − t at which a loss that takes every element by itself is not smooth, such as 0 for the absolute error: a
    /// derivative jumps there, of the first order or a higher one. None by default.
    /// </summary>
    /// <remarks>Numerical differences across such a point are wrong, so that a gradient check has to keep away from it.</remarks>
    IReadOnlyList<double> Kinks => [];

    /// <summary>
    /// What a mean over these targets divides by, e.g. the number of elements, of rows that count, or the sum of their weights. It depends
    /// on the targets alone.
    /// </summary>
    /// <param name="targets">What predictions will be compared with.</param>
    /// <returns>0 or more; 0 where nothing counts.</returns>
    /// <exception cref="ArgumentException">The loss cannot compare with these targets.</exception>
    double WeightOf(Targets<T> targets);

    /// <summary>
    /// The sum of the loss over the batch, whatever <see cref="Reduction"/> is, and the gradient of <paramref name="scale"/> times that
    /// sum.
    /// </summary>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">What the prediction is compared with.</param>
    /// <param name="scale">What multiplies the gradient: 1/weight makes it that of the mean.</param>
    /// <param name="gradPrediction">
    /// scale · ∂sum/∂prediction, of the prediction's shape, overwritten; or empty if only the value is wanted.
    /// </param>
    /// <returns>The sum, without the scale.</returns>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction);
}
