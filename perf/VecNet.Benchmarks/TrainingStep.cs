using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>VecNet's training step in rows of <c>compare network</c>, for careful runs and for what it allocates.</summary>
public class TrainingStep : IFloatingPointWork
{
    private Func<int, float> step = _ => 0;

    [Params("Sigmoid", "ReLU")]
    public string Activation { get; set; } = "";

    [Params(1, 32, 128)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    FloatingPointWork IFloatingPointWork.Work => FloatingPointWork.Of(Row);

    private NetworkRow Row => new(NetworkRows.Digits, Enum.Parse<HiddenActivation>(Activation), Batch, Pass.Step, Threads);

    [GlobalSetup]
    public void Setup()
    {
        var network = new VecNetNetworkPeer(Row);
        step = calls => network.Train(calls, isStep: true);
        WarmUp.Run(() => Step());

        // A step here is short enough for the gradients not to vanish in the thousands that follow.
        network.Reset();
    }

    [Benchmark(Description = "step")]
    public float Step() => step(1);
}
