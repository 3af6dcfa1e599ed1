using System.Runtime.CompilerServices;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Variants;

/// <summary>Layer by layer for the whole batch: the matrix products of the vectorised formulas, by plain loops that walk along rows.</summary>
internal sealed class BatchLoops(NetworkProblem problem) : ArrayNetwork(problem)
{
    internal override float Forward()
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            float[] output = Activations[layer + 1];
            Affine(Activations[layer], Weights[layer], Biases[layer], output, Problem.Widths[layer]);
            if (layer < Layers - 1)
            {
                Sigmoid(output);
            }
        }

        return Activations[^1][0];
    }

    internal override float ForwardBackward()
    {
        Forward();
        float loss = 0;
        for (int sample = 0; sample < Problem.Batch; sample++)
        {
            loss += LossOfSample(sample);
        }

        ClearGradients();
        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            int inputs = Problem.Widths[layer];
            AddParameterGradients(Activations[layer], Deltas[layer], WeightGradients[layer], BiasGradients[layer], inputs);
            if (layer > 0)
            {
                InputDelta(Activations[layer], Weights[layer], Deltas[layer], Deltas[layer - 1], Problem.Widths[layer + 1]);
            }
        }

        return loss;
    }

    /// <summary>Y = X·W + b, loops i, p, j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Affine(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> y, int inputs)
    {
        for (int i = 0; i < x.Length / inputs; i++)
        {
            Span<float> row = y.Slice(i * biases.Length, biases.Length);
            biases.CopyTo(row);
            for (int p = 0; p < inputs; p++)
            {
                AddScaled(x[(i * inputs) + p], weights.Slice(p * row.Length, row.Length), row);
            }
        }
    }

    private static void Sigmoid(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 1 / (1 + MathF.Exp(-values[i]));
        }
    }

    /// <summary>∂L/∂W += Xᵀ·Δ and ∂L/∂b += Σᵢ δᵢ, loops i, p, j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddParameterGradients(
        ReadOnlySpan<float> x, ReadOnlySpan<float> deltas, Span<float> weightGradient, Span<float> biasGradient, int inputs)
    {
        for (int i = 0; i < x.Length / inputs; i++)
        {
            ReadOnlySpan<float> delta = deltas.Slice(i * biasGradient.Length, biasGradient.Length);
            AddScaled(1, delta, biasGradient);
            for (int p = 0; p < inputs; p++)
            {
                AddScaled(x[(i * inputs) + p], delta, weightGradient.Slice(p * delta.Length, delta.Length));
            }
        }
    }

    /// <summary>Δ of the layer before, whose sigmoid put out X: (Δ·Wᵀ) ∘ X ∘ (1 − X), loops i, p, j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InputDelta(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> deltas, Span<float> inputDeltas, int outputs)
    {
        int inputs = weights.Length / outputs;
        for (int i = 0; i < deltas.Length / outputs; i++)
        {
            ReadOnlySpan<float> delta = deltas.Slice(i * outputs, outputs);
            for (int p = 0; p < inputs; p++)
            {
                ReadOnlySpan<float> row = weights.Slice(p * outputs, delta.Length);
                float sum = 0;
                for (int j = 0; j < delta.Length; j++)
                {
                    sum += delta[j] * row[j];
                }

                float y = x[(i * inputs) + p];
                inputDeltas[(i * inputs) + p] = sum * y * (1 - y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(float scale, ReadOnlySpan<float> row, Span<float> sum)
    {
        row = row[..sum.Length];
        for (int j = 0; j < sum.Length; j++)
        {
            sum[j] += scale * row[j];
        }
    }
}
