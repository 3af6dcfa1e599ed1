using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>Layer by layer for the whole batch: the matrix products of the vectorized formulas, by loops i, p, j that walk along
/// rows.</summary>
internal readonly struct BatchLoops<TRow> : ILayerLoops
    where TRow : struct, IRowLoops<float>
{
    public static bool IsSampleBySample => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, bool sigmoid)
    {
        int inputs = weights.Length / bias.Length;
        for (int i = 0; i < x.Length / inputs; i++)
        {
            Span<float> row = y.Slice(i * bias.Length, bias.Length);
            bias.CopyTo(row);
            for (int p = 0; p < inputs; p++)
            {
                TRow.AddScaled(x[(i * inputs) + p], weights.Slice(p * row.Length, row.Length), row);
            }
        }

        if (sigmoid)
        {
            TRow.Sigmoid(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradients(ReadOnlySpan<float> x, ReadOnlySpan<float> deltas, Span<float> gradWeights, Span<float> gradBias)
    {
        int inputs = gradWeights.Length / gradBias.Length;
        for (int i = 0; i < x.Length / inputs; i++)
        {
            ReadOnlySpan<float> delta = deltas.Slice(i * gradBias.Length, gradBias.Length);
            TRow.AddScaled(1, delta, gradBias);
            for (int p = 0; p < inputs; p++)
            {
                TRow.AddScaled(x[(i * inputs) + p], delta, gradWeights.Slice(p * delta.Length, delta.Length));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputDelta(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> deltas, Span<float> inputDeltas, int outputs)
    {
        int inputs = weights.Length / outputs;
        for (int i = 0; i < deltas.Length / outputs; i++)
        {
            ReadOnlySpan<float> delta = deltas.Slice(i * outputs, outputs);
            Span<float> inputDelta = inputDeltas.Slice(i * inputs, inputs);
            for (int p = 0; p < inputs; p++)
            {
                inputDelta[p] = TRow.Dot(delta, weights.Slice(p * outputs, delta.Length));
            }

            TRow.SigmoidBackward(x.Slice(i * inputs, inputs), inputDelta);
        }
    }
}
