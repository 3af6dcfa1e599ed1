using System.Numerics;

namespace VecNet.Tests;

/// <summary>A loss of a user's own: it gives what another one gives, and tells which targets it has summed over.</summary>
internal sealed class RecordingLoss<T>(ILoss<T> inner, RecordingLoss<T>.Record record) : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal delegate void Record(Targets<T> targets);

    public string Name => "recording";

    public Reduction Reduction => inner.Reduction;

    public double GetWeight(Targets<T> targets) => inner.GetWeight(targets);

    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction)
    {
        record(targets);
        return inner.Sum(prediction, targets, scale, gradPrediction);
    }
}
