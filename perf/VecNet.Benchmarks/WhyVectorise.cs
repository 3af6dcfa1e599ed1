using BenchmarkDotNet.Attributes;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Measuring;
using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks;

/// <summary>The assignment's first question, "why do we want to vectorise the forward and backward passes?", as a measurement.</summary>
/// <remarks>The same network four ways, in float and on one thread. The loss is part of the backward pass.</remarks>
public class WhyVectorise : IFloatingPointWork
{
    private NetworkVariant? sampleBySample;
    private NetworkVariant? batchLoops;
    private NetworkVariant? tensorPrimitives;
    private NetworkVariant? vecNet;

    /// <summary>Widths from input to output: squared error with one output, softmax cross-entropy with more.</summary>
    [Params("2-2-1", "784-512-256-10")]
    public string Network { get; set; } = "";

    [Params(1, 128)]
    public int Batch { get; set; }

    [Params(Passes.Forward, Passes.ForwardBackward)]
    public Passes Passes { get; set; }

    double IFloatingPointWork.Operations => NetworkRow.OperationsOf(Network, Batch, Passes);

    Type IFloatingPointWork.ElementType => typeof(float);

    [GlobalSetup]
    public void Setup()
    {
        var problem = new NetworkProblem(Network, Batch);
        sampleBySample = new SampleBySample(problem);
        batchLoops = new BatchLoops(problem);
        tensorPrimitives = new TensorPrimitivesRows(problem);
        vecNet = new VecNetVariant(problem);
        sampleBySample.ForwardBackward();
        batchLoops.CheckAgainst(sampleBySample);
        tensorPrimitives.CheckAgainst(sampleBySample);
        vecNet.CheckAgainst(sampleBySample);
        WarmUp.Run(() => SampleBySample(), () => BatchLoops(), () => TensorPrimitivesRows(), () => VecNet());
    }

    [Benchmark(Description = "plain loops, sample by sample", Baseline = true)]
    public float SampleBySample() => sampleBySample!.Run(Passes);

    [Benchmark(Description = "plain loops over the batch")]
    public float BatchLoops() => batchLoops!.Run(Passes);

    [Benchmark(Description = "TensorPrimitives, row by row")]
    public float TensorPrimitivesRows() => tensorPrimitives!.Run(Passes);

    [Benchmark(Description = "VecNet")]
    public float VecNet() => vecNet!.Run(Passes);
}
