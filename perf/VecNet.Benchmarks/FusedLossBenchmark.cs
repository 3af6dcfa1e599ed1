using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>What fusing softmax with the cross-entropy saves: loss and gradient from logits, in float, on one thread.</summary>
public class FusedLossBenchmark
{
    private const string Class = "Class";

    private readonly SoftmaxCrossEntropy<float> fused = new();
    private readonly CategoricalCrossEntropy<float> ofProbabilities = new();
    private OperationOperands<float>? operands;
    private TensorBuffer<float> probabilities = new(0, 0), gradProbabilities = new(0, 0), gradLogits = new(0, 0);

    /// <summary>Batch × classes.</summary>
    [Params("128x10", "128x1000", "32x32000")]
    public string Logits { get; set; } = "";

    /// <summary>Whether a target is a class index or a distribution over the classes.</summary>
    [Params(Class, "Distribution")]
    public string Target { get; set; } = Class;

    [GlobalSetup]
    public void Setup()
    {
        int[] shape = [.. Logits.Split('x').Select(int.Parse)];
        (int batch, int classCount) = (shape[0], shape[1]);

        // The divergence's targets are distributions; its inputs, logarithms of probabilities, are as good as any logits.
        operands = new OperationOperands<float>(new(Operation.KullbackLeibler, Pass.ForwardBackward, batch, classCount));
        TensorBuffer<float> New() => new(batch, classCount);
        (probabilities, gradProbabilities, gradLogits) = (New(), New(), New());
        float separateLoss = Separate();
        float[] expected = gradLogits.Span.ToArray();
        Agreement.Check("loss", [Fused()], [separateLoss], 1e-5);
        Agreement.Check<float>(nameof(gradLogits), gradLogits.Span, expected, 1e-5);
        WarmUp.Run(() => Separate(), () => Fused());
    }

    [Benchmark(Description = "Softmax, then CategoricalCrossEntropy", Baseline = true)]
    public float Separate()
    {
        Targets<float> targets = Targets();
        Softmax.Forward<float>(operands!.Input.View, probabilities.View);
        float loss = ofProbabilities.Forward(probabilities.View, targets);
        ofProbabilities.Backward(probabilities.View, targets, gradProbabilities.View);
        Softmax.Backward<float>(probabilities.View, gradProbabilities.View, gradLogits.View);
        return loss;
    }

    [Benchmark(Description = "SoftmaxCrossEntropy")]
    public float Fused() => fused.ForwardBackward(operands!.Input.View, Targets(), gradLogits.View);

    private Targets<float> Targets() => Target == Class ? operands!.Indices : operands!.Targets.View;
}
