using BenchmarkDotNet.Attributes;
using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks;

/// <summary>The assignment's first question, "why do we want to vectorize the forward and backward passes?", as a measurement.</summary>
/// <remarks>The same network four ways, in float and on one thread. The loss is part of the backward pass.</remarks>
public class WhyVectorize : IFloatingPointWork
{
    private Action<int> sampleBySample = _ => { };
    private Action<int> batchLoops = _ => { };
    private Action<int> tensorPrimitives = _ => { };
    private Action<int> vecNet = _ => { };

    /// <summary>Widths from input to output: squared error with one output, softmax cross-entropy with more.</summary>
    [Params("2-2-1", "784-512-256-10")]
    public string Network { get; set; } = "";

    [Params(1, 128)]
    public int Batch { get; set; }

    [Params(Pass.Forward, Pass.ForwardBackward)]
    public Pass Passes { get; set; }

    ComparedRow IFloatingPointWork.Work => Row;

    private NetworkRow Row => new(Network, HiddenActivation.Sigmoid, Batch, Passes);

    [GlobalSetup]
    public void Setup()
    {
        var problem = new NetworkProblem(Row);
        PreparedRow reference = new ArrayNetwork<SampleLoops>(problem).Prepare(Passes);
        Array[] expected = reference.Results();
        sampleBySample = reference.Run;
        batchLoops = Checked(new ArrayNetwork<BatchLoops<PlainRowLoops<float>>>(problem), expected);
        tensorPrimitives = Checked(new ArrayNetwork<BatchLoops<TensorPrimitivesRowLoops<float>>>(problem), expected);
        vecNet = Checked(new VecNetNetworkPeer(Row), expected);
        WarmUp.Run(SampleBySample, BatchLoops, TensorPrimitivesRows, VecNet);
    }

    [Benchmark(Description = "plain loops, sample by sample", Baseline = true)]
    public void SampleBySample() => sampleBySample(1);

    [Benchmark(Description = "plain loops over the batch")]
    public void BatchLoops() => batchLoops(1);

    [Benchmark(Description = "TensorPrimitives, row by row")]
    public void TensorPrimitivesRows() => tensorPrimitives(1);

    [Benchmark(Description = "VecNet")]
    public void VecNet() => vecNet(1);

    /// <summary>A variant's passes, after its loss and gradients or its output have agreed with the expected ones.</summary>
    private Action<int> Checked(NetworkPasses network, Array[] expected)
    {
        PreparedRow row = network.Prepare(Passes);
        foreach ((Array actual, Array wanted) in row.Results().Zip(expected))
        {
            Agreement.Check(network.GetType().ToString(), actual, wanted, 1e-4);
        }

        return row.Run;
    }
}
