using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>The rows of <c>compare elementwise</c> that TensorPrimitives has too, measured one by one.</summary>
public class ElementwiseBenchmark
{
    private Action<int> own = _ => { };
    private Action<int> platform = _ => { };

    public static IEnumerable<string> Rows => ElementwiseSubject.Groups
        .SelectMany(group => group.Rows)
        .Cast<OperationRow>()
        .Where(TensorPrimitivesPeer.Has)
        .Select(row => row.ToWords());

    /// <summary>Operation, pass, rows, columns, element type.</summary>
    [ParamsSource(nameof(Rows))]
    public string Row { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        OperationRow row = OperationRow.Parse(Row);
        own = VecNetOperationPeer.Create().Prepare(row).Run;
        platform = TensorPrimitivesPeer.Create().Prepare(row).Run;
        WarmUp.Run(Platform, VecNet);
    }

    [Benchmark(Description = "TensorPrimitives", Baseline = true)]
    public void Platform() => platform(1);

    [Benchmark]
    public void VecNet() => own(1);
}
