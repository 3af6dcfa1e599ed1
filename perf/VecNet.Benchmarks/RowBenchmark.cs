using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>VecNet in rows of a comparison, for careful runs and for what it allocates.</summary>
public abstract class RowBenchmark : IFloatingPointWork
{
    private readonly IEnumerable<ComparedRow> rows;
    private readonly Func<Peer> peer;
    private Action<int> run = _ => { };

    private protected RowBenchmark(IEnumerable<ComparedRow> rows, Func<Peer> peer) => (this.rows, this.peer) = (rows, peer);

    public IEnumerable<string> Names => rows.Select(row => row.Name);

    [ParamsSource(nameof(Names))]
    public string Row { get; set; } = "";

    ComparedRow IFloatingPointWork.Work => Chosen;

    private ComparedRow Chosen => rows.Single(row => row.Name == Row);

    [GlobalSetup]
    public void Setup()
    {
        PreparedRow prepared = peer().Prepare(Chosen);
        run = prepared.Run;
        WarmUp.Run(VecNet);

        // The thousands of steps that a network has taken make gradients vanish; those that follow are too few for that.
        prepared.Reset?.Invoke();
    }

    [Benchmark]
    public void VecNet() => run(1);
}

/// <summary>Products in every row of <c>compare matmul</c>, with one thread and with two.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatMulShapes<T>() : RowBenchmark(
    ProductRows.Groups(quick: false).SelectMany(group => group.Rows).Where(row => row.ElementType == typeof(T)), VecNetProductPeer.Create)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Training steps of the network of <c>compare network</c>.</summary>
public class TrainingStep() : RowBenchmark(
    from activation in Enum.GetValues<HiddenActivation>()
    from batch in (int[])[1, 32, 128]
    from threads in Enumerable.Range(1, Subject.MostThreads)
    select new NetworkRow(NetworkRows.Digits, activation, batch, Pass.Step, threads),
    VecNetNetworkPeer.Create);
