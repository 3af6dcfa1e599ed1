using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Variants;

/// <summary>A network in plain arrays, allocated once. Layer l leads from Activations[l] to Activations[l + 1].</summary>
internal abstract class ArrayNetwork : NetworkVariant
{
    protected ArrayNetwork(NetworkProblem problem)
    {
        Problem = problem;
        Activations = [problem.Input, .. problem.Widths.Skip(1).Select(width => new float[problem.Batch * width])];
        Deltas = [.. problem.Widths.Skip(1).Select(width => new float[problem.Batch * width])];
        Weights = [.. problem.Weights.Select(weights => (float[])weights.Clone())];
        Biases = [.. problem.Biases.Select(biases => (float[])biases.Clone())];
        WeightGradients = [.. Weights.Select(weights => new float[weights.Length])];
        BiasGradients = [.. Biases.Select(biases => new float[biases.Length])];
    }

    protected NetworkProblem Problem { get; }

    protected int Layers => Problem.Layers;

    /// <summary>Batch × width each; the first is the input, the last the output.</summary>
    protected float[][] Activations { get; }

    /// <summary>∂L/∂z of each layer, z = x·W + b: batch × outputs.</summary>
    protected float[][] Deltas { get; }

    /// <summary>Inputs × outputs each.</summary>
    protected float[][] Weights { get; }

    protected float[][] Biases { get; }

    protected float[][] WeightGradients { get; }

    protected float[][] BiasGradients { get; }

    internal override IEnumerable<(string Name, float[] Values)> Results() => Enumerable.Range(0, Layers)
        .SelectMany(layer => ((string, float[])[])[($"∂L/∂W{layer}", WeightGradients[layer]), ($"∂L/∂b{layer}", BiasGradients[layer])])
        .Prepend(("output", Activations[^1]));

    /// <summary>w −= η·∂L/∂w, by plain loops.</summary>
    internal void Update(float rate)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            Update(Weights[layer], WeightGradients[layer], rate);
            Update(Biases[layer], BiasGradients[layer], rate);
        }
    }

    /// <summary>Brings the problem's parameters back.</summary>
    internal void Reset()
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            Problem.Weights[layer].CopyTo(Weights[layer], 0);
            Problem.Biases[layer].CopyTo(Biases[layer], 0);
        }
    }

    protected void ClearGradients()
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            Array.Clear(WeightGradients[layer]);
            Array.Clear(BiasGradients[layer]);
        }
    }

    /// <summary>The part of the mean loss that one sample contributes, and its gradient into the last delta, by plain loops.</summary>
    protected float LossOfSample(int sample)
    {
        int width = Problem.Widths[^1];
        ReadOnlySpan<float> output = Activations[^1].AsSpan(sample * width, width);
        Span<float> delta = Deltas[^1].AsSpan(sample * width, width);
        return Problem.Classifies
            ? CrossEntropy(output, Problem.Classes[sample], 1f / Problem.Batch, delta)
            : SquaredError(output, Problem.Values.AsSpan(sample * width, width), 1f / (Problem.Batch * width), delta);
    }

    private static void Update(Span<float> parameters, ReadOnlySpan<float> gradients, float rate)
    {
        gradients = gradients[..parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] -= rate * gradients[i];
        }
    }

    private static float CrossEntropy(ReadOnlySpan<float> logits, int target, float scale, Span<float> delta)
    {
        float maximum = float.NegativeInfinity;
        for (int j = 0; j < logits.Length; j++)
        {
            maximum = MathF.Max(maximum, logits[j]);
        }

        float sum = 0;
        for (int j = 0; j < logits.Length; j++)
        {
            delta[j] = MathF.Exp(logits[j] - maximum);
            sum += delta[j];
        }

        for (int j = 0; j < delta.Length; j++)
        {
            delta[j] *= scale / sum;
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
