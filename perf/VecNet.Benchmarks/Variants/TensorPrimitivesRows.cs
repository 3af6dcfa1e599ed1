using System.Numerics.Tensors;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Variants;

/// <summary>The same products as <see cref="BatchLoops"/>, with vector instructions for each row: TensorPrimitives' Dot, MultiplyAdd and Sigmoid.</summary>
internal sealed class TensorPrimitivesRows(NetworkProblem problem) : ArrayNetwork(problem)
{
    private readonly float[] scratch = new float[problem.Widths.Max()];

    internal override float Forward()
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            for (int sample = 0; sample < Problem.Batch; sample++)
            {
                ReadOnlySpan<float> x = Row(Activations[layer], layer, sample);
                Span<float> y = Row(Activations[layer + 1], layer + 1, sample);
                Biases[layer].CopyTo(y);
                for (int p = 0; p < x.Length; p++)
                {
                    TensorPrimitives.MultiplyAdd(Weights[layer].AsSpan(p * y.Length, y.Length), x[p], y, y);
                }
            }

            if (layer < Layers - 1)
            {
                TensorPrimitives.Sigmoid(Activations[layer + 1], Activations[layer + 1]);
            }
        }

        return Activations[^1][0];
    }

    internal override float ForwardBackward()
    {
        Forward();
        ClearGradients();
        float loss = 0;
        for (int sample = 0; sample < Problem.Batch; sample++)
        {
            loss += Loss(sample);
        }

        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            for (int sample = 0; sample < Problem.Batch; sample++)
            {
                Backward(layer, sample);
            }
        }

        return loss;
    }

    private void Backward(int layer, int sample)
    {
        ReadOnlySpan<float> x = Row(Activations[layer], layer, sample);
        ReadOnlySpan<float> delta = Row(Deltas[layer], layer + 1, sample);
        TensorPrimitives.Add(BiasGradients[layer], delta, BiasGradients[layer]);
        for (int p = 0; p < x.Length; p++)
        {
            Span<float> gradient = WeightGradients[layer].AsSpan(p * delta.Length, delta.Length);
            TensorPrimitives.MultiplyAdd(delta, x[p], gradient, gradient);
        }

        if (layer == 0)
        {
            return;
        }

        Span<float> inputDelta = Row(Deltas[layer - 1], layer, sample);
        for (int p = 0; p < inputDelta.Length; p++)
        {
            inputDelta[p] = TensorPrimitives.Dot(delta, Weights[layer].AsSpan(p * delta.Length, delta.Length));
        }

        Span<float> derivative = scratch.AsSpan(0, x.Length);
        TensorPrimitives.Subtract(1, x, derivative);
        TensorPrimitives.Multiply(derivative, x, derivative);
        TensorPrimitives.Multiply(inputDelta, derivative, inputDelta);
    }

    private float Loss(int sample)
    {
        ReadOnlySpan<float> output = Row(Activations[^1], Layers, sample);
        Span<float> delta = Row(Deltas[^1], Layers, sample);
        if (!Problem.Classifies)
        {
            float mean = 1f / (Problem.Batch * output.Length);
            TensorPrimitives.Subtract(output, Row(Problem.Values, Layers, sample), delta);
            float squares = TensorPrimitives.SumOfSquares<float>(delta);
            TensorPrimitives.Multiply(delta, mean, delta);
            return 0.5f * mean * squares;
        }

        float scale = 1f / Problem.Batch;
        int target = Problem.Classes[sample];
        float maximum = TensorPrimitives.Max(output);
        TensorPrimitives.Subtract(output, maximum, delta);
        TensorPrimitives.Exp(delta, delta);
        float sum = TensorPrimitives.Sum<float>(delta);
        TensorPrimitives.Multiply(delta, scale / sum, delta);
        delta[target] -= scale;
        return scale * (MathF.Log(sum) - (output[target] - maximum));
    }

    private Span<float> Row(float[] matrix, int buffer, int sample) =>
        matrix.AsSpan(sample * Problem.Widths[buffer], Problem.Widths[buffer]);
}
