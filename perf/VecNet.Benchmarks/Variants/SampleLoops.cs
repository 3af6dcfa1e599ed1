using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>Each sample goes through the whole network by itself, each neuron's sum as its formula reads: not vectorized at all.</summary>
internal readonly struct SampleLoops : ILayerLoops
{
    public static bool IsSampleBySample => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, bool sigmoid)
    {
        for (int j = 0; j < y.Length; j++)
        {
            float sum = bias[j];
            for (int p = 0; p < x.Length; p++)
            {
                sum += x[p] * weights[(p * y.Length) + j];
            }

            y[j] = sigmoid ? 1 / (1 + MathF.Exp(-sum)) : sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradients(ReadOnlySpan<float> x, ReadOnlySpan<float> deltas, Span<float> gradWeights, Span<float> gradBias)
    {
        for (int j = 0; j < deltas.Length; j++)
        {
            gradBias[j] += deltas[j];
            for (int p = 0; p < x.Length; p++)
            {
                gradWeights[(p * deltas.Length) + j] += x[p] * deltas[j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputDelta(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> deltas, Span<float> inputDeltas, int outputs)
    {
        for (int p = 0; p < inputDeltas.Length; p++)
        {
            float sum = 0;
            for (int j = 0; j < deltas.Length; j++)
            {
                sum += deltas[j] * weights[(p * deltas.Length) + j];
            }

            inputDeltas[p] = sum * x[p] * (1 - x[p]);
        }
    }
}
