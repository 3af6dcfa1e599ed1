using System.Numerics;

namespace VecNet.Text;

/// <summary>The two texts of a pair shall have vectors that are nearer to each other than to those of other pairs.</summary>
internal sealed class PairObjective<T>(double scale) : IEncoderObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public double ForwardBackward(ReadOnlyTensorView<T> vectors, ReadOnlySpan<int> samples, TensorView<T> gradVectors, int threads)
    {
        int pairs = samples.Length;
        var units = new TensorBuffer<T>(vectors.Rows, vectors.Columns);
        T[] lengths = new T[vectors.Rows];
        UnitRows.Forward(vectors, units.View, lengths);
        double loss = RankingLoss.ForwardBackward<T>(
            units.View.SliceRows(0, pairs), units.View.SliceRows(pairs, pairs), scale,
            gradVectors.SliceRows(0, pairs), gradVectors.SliceRows(pairs, pairs), threads);
        UnitRows.Backward<T>(units.View, lengths, gradVectors, gradVectors);
        return loss;
    }

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
    }
}
