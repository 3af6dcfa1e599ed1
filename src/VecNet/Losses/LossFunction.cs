using System.Numerics;

namespace VecNet;

/// <summary>A loss as training wants it: the value of a batch, and its gradient in the same sweep.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="prediction">Batch × outputs.</param>
/// <param name="targets">What the prediction is compared with.</param>
/// <param name="gradPrediction">∂L/∂prediction, of the prediction's shape, overwritten; or empty if only the value is wanted.</param>
/// <returns>The loss of the batch: a mean, unless the loss was told to take the sum.</returns>
public delegate T LossFunction<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
