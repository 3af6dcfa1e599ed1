namespace VecNet.Benchmarks.Variants;

/// <summary>A network with sigmoids in plain arrays, allocated once. Layer l leads from activations[l] to activations[l + 1].</summary>
internal sealed class ArrayNetwork<TLoops>(NetworkProblem problem) : NetworkPasses
    where TLoops : struct, ILayerLoops
{
    private readonly int[] widths = problem.Widths;
    private readonly int layers = problem.Layers;

    /// <summary>The samples that go through the network together.</summary>
    private readonly int together = TLoops.IsSampleBySample ? 1 : problem.Batch;

    /// <summary>Batch × width each; the first is the input, the last the output.</summary>
    private readonly float[][] activations = [problem.Input, .. problem.Widths.Skip(1).Select(width => new float[problem.Batch * width])];

    /// <summary>∂L/∂z of each layer, z = x·W + b: batch × outputs.</summary>
    private readonly float[][] deltas = [.. problem.Widths.Skip(1).Select(width => new float[problem.Batch * width])];

    /// <summary>Weights and biases of layer after layer.</summary>
    private readonly float[][] parameters = [.. problem.Parameters.Select(part => (float[])part.Clone())];
    private readonly float[][] gradients = [.. problem.Parameters.Select(part => new float[part.Length])];

    internal override void Reset()
    {
        for (int part = 0; part < parameters.Length; part++)
        {
            problem.Parameters[part].CopyTo(parameters[part], 0);
        }
    }

    internal override void Forward(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            for (int sample = 0; sample < problem.Batch; sample += together)
            {
                ForwardFrom(sample);
            }
        }
    }

    internal override float Train(int calls, bool isStep)
    {
        float loss = 0;
        for (int call = 0; call < calls; call++)
        {
            loss = ForwardBackward();
            for (int part = 0; isStep && part < parameters.Length; part++)
            {
                Update(parameters[part], gradients[part]);
            }
        }

        return loss;
    }

    internal override float[] Output()
    {
        Forward(1);
        return activations[^1];
    }

    internal override IEnumerable<float[]> Gradients() => gradients;

    private float ForwardBackward()
    {
        Array.ForEach(gradients, Array.Clear);

        float loss = 0;
        for (int first = 0; first < problem.Batch; first += together)
        {
            ForwardFrom(first);
            for (int sample = first; sample < first + together; sample++)
            {
                loss += LossOfSample(sample);
            }

            BackwardFrom(first);
        }

        return loss;
    }

    private void ForwardFrom(int sample)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<float> x = Rows(activations[layer], layer, sample);
            Span<float> y = Rows(activations[layer + 1], layer + 1, sample);
            TLoops.Affine(x, parameters[2 * layer], parameters[(2 * layer) + 1], y, layer < layers - 1);
        }
    }

    private void BackwardFrom(int sample)
    {
        for (int layer = layers - 1; layer >= 0; layer--)
        {
            ReadOnlySpan<float> x = Rows(activations[layer], layer, sample);
            ReadOnlySpan<float> delta = Rows(deltas[layer], layer + 1, sample);
            TLoops.AddGradients(x, delta, gradients[2 * layer], gradients[(2 * layer) + 1]);
            if (layer > 0)
            {
                TLoops.InputDelta(x, parameters[2 * layer], delta, Rows(deltas[layer - 1], layer, sample), widths[layer + 1]);
            }
        }
    }

    /// <summary>The rows of the samples that go together.</summary>
    private Span<float> Rows(float[] matrix, int buffer, int sample) => matrix.AsSpan(sample * widths[buffer], together * widths[buffer]);

    /// <summary>The part of the mean loss that one sample contributes, and its gradient into the last delta.</summary>
    private float LossOfSample(int sample)
    {
        int width = widths[^1];
        ReadOnlySpan<float> output = activations[^1].AsSpan(sample * width, width);
        Span<float> delta = deltas[^1].AsSpan(sample * width, width);
        return problem.Classifies
            ? CrossEntropy(output, problem.Classes[sample], 1f / problem.Batch, delta)
            : SquaredError(output, problem.Values.AsSpan(sample * width, width), 1f / (problem.Batch * width), delta);
    }

    private static void Update(Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        float rate = NetworkProblem.LearningRate;
        gradients = gradients[..parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] -= rate * gradients[i];
        }
    }

    private static float CrossEntropy(ReadOnlySpan<float> logits, int target, float scale, Span<float> delta)
    {
        float maximum = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            maximum = MathF.Max(maximum, logit);
        }

        float sum = 0;
        for (int j = 0; j < logits.Length; j++)
        {
            delta[j] = MathF.Exp(logits[j] - maximum);
            sum += delta[j];
        }

        foreach (ref float element in delta)
        {
            element *= scale / sum;
        }

        delta[target] -= scale;
        return scale * (MathF.Log(sum) - (logits[target] - maximum));
    }

    private static float SquaredError(ReadOnlySpan<float> output, ReadOnlySpan<float> target, float scale, Span<float> delta)
    {
        float sum = 0;
        for (int j = 0; j < output.Length; j++)
        {
            float difference = output[j] - target[j];
            delta[j] = scale * difference;
            sum += 0.5f * scale * difference * difference;
        }

        return sum;
    }
}
