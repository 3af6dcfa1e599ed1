using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>How a layer's formulas are computed over some samples: x and y are samples × inputs and samples × outputs.</summary>
internal interface ILayerLoops
{
    /// <summary>Whether each sample goes through the whole network by itself; otherwise the batch goes layer by layer.</summary>
    static abstract bool IsSampleBySample { get; }

    /// <summary>Y = X·W + b, or the sigmoid of it.</summary>
    static abstract void Affine(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, bool sigmoid);

    /// <summary>∂L/∂W += Xᵀ·Δ and ∂L/∂b += Σᵢ δᵢ.</summary>
    static abstract void AddGradients(ReadOnlySpan<float> x, ReadOnlySpan<float> deltas, Span<float> gradWeights, Span<float> gradBias);

    /// <summary>∂L/∂z of the layer before, whose sigmoid put out X: (Δ·Wᵀ) ∘ X ∘ (1 − X).</summary>
    static abstract void InputDelta(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> deltas, Span<float> inputDeltas, int outputs);
}

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

/// <summary>Layer by layer for the whole batch: the matrix products of the vectorized formulas, by loops that walk along rows.</summary>
internal readonly struct BatchLoops<TRow> : ILayerLoops
    where TRow : struct, IRowLoops<float>
{
    public static bool IsSampleBySample => false;

    public static void Affine(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, bool sigmoid)
    {
        LoopProducts<float>.RowWise<TRow>(x, weights, bias, y);
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

    public static void InputDelta(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> deltas, Span<float> inputDeltas, int outputs)
    {
        LoopProducts<float>.Dot<TRow>(deltas, weights, inputDeltas, outputs);
        int inputs = weights.Length / outputs;
        for (int start = 0; start < inputDeltas.Length; start += inputs)
        {
            TRow.SigmoidBackward(x.Slice(start, inputs), inputDeltas.Slice(start, inputs));
        }
    }
}
