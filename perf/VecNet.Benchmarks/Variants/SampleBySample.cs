using System.Runtime.CompilerServices;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Variants;

/// <summary>Each sample goes through the whole network by itself, each neuron's sum as its formula reads: not vectorised at all.</summary>
internal sealed class SampleBySample(NetworkProblem problem) : ArrayNetwork(problem)
{
    internal override float Forward()
    {
        for (int sample = 0; sample < Problem.Batch; sample++)
        {
            ForwardOf(sample);
        }

        return Activations[^1][0];
    }

    internal override float ForwardBackward()
    {
        ClearGradients();
        float loss = 0;
        for (int sample = 0; sample < Problem.Batch; sample++)
        {
            ForwardOf(sample);
            loss += LossOfSample(sample);
            BackwardOf(sample);
        }

        return loss;
    }

    private void ForwardOf(int sample)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            int inputs = Problem.Widths[layer];
            int outputs = Problem.Widths[layer + 1];
            Layer(
                Activations[layer].AsSpan(sample * inputs, inputs), Weights[layer], Biases[layer],
                Activations[layer + 1].AsSpan(sample * outputs, outputs), layer < Layers - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Layer(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> y, bool sigmoid)
    {
        for (int j = 0; j < y.Length; j++)
        {
            float sum = biases[j];
            for (int p = 0; p < x.Length; p++)
            {
                sum += x[p] * weights[(p * y.Length) + j];
            }

            y[j] = sigmoid ? 1 / (1 + MathF.Exp(-sum)) : sum;
        }
    }

    private void BackwardOf(int sample)
    {
        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            int inputs = Problem.Widths[layer];
            int outputs = Problem.Widths[layer + 1];
            ReadOnlySpan<float> x = Activations[layer].AsSpan(sample * inputs, inputs);
            ReadOnlySpan<float> delta = Deltas[layer].AsSpan(sample * outputs, outputs);
            AddParameterGradients(x, delta, WeightGradients[layer], BiasGradients[layer]);
            if (layer > 0)
            {
                InputDelta(x, Weights[layer], delta, Deltas[layer - 1].AsSpan(sample * inputs, inputs));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddParameterGradients(ReadOnlySpan<float> x, ReadOnlySpan<float> delta, Span<float> weightGradient, Span<float> biasGradient)
    {
        for (int j = 0; j < delta.Length; j++)
        {
            biasGradient[j] += delta[j];
            for (int p = 0; p < x.Length; p++)
            {
                weightGradient[(p * delta.Length) + j] += x[p] * delta[j];
            }
        }
    }

    /// <summary>∂L/∂z of the layer before, whose sigmoid put out x: (Σⱼ δⱼ·wₚⱼ) · xₚ · (1 − xₚ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InputDelta(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> delta, Span<float> inputDelta)
    {
        for (int p = 0; p < inputDelta.Length; p++)
        {
            float sum = 0;
            for (int j = 0; j < delta.Length; j++)
            {
                sum += delta[j] * weights[(p * delta.Length) + j];
            }

            inputDelta[p] = sum * x[p] * (1 - x[p]);
        }
    }
}
