using System.Numerics;

namespace VecNet.Text;

/// <summary>What an encoder is trained for: a loss of the vectors of a mini-batch.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal interface IEncoderObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the mean loss of a mini-batch and its gradient.</summary>
    /// <param name="vectors">The vectors: of the first text of each sample, then of the second one, if there are two.</param>
    /// <param name="samples">The numbers of the samples.</param>
    /// <param name="gradVectors">The gradient, overwritten.</param>
    /// <param name="threads">The maximum number of threads.</param>
    double ForwardBackward(ReadOnlyTensorView<T> vectors, ReadOnlySpan<int> samples, TensorView<T> gradVectors, int threads);

    /// <summary>Updates parameters of the objective itself by the gradient of the last call.</summary>
    void Step(double learningRate);
}
