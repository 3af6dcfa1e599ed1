using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>The rows of <c>compare elementwise</c> that TensorPrimitives has too, measured one by one.</summary>
public class ElementwiseBenchmark
{
    private Action<int> own = _ => { };
    private Action<int> platform = _ => { };

    public static IEnumerable<string> Names => Rows.Select(row => row.Name);

    [ParamsSource(nameof(Names))]
    public string Row { get; set; } = "";

    private static IEnumerable<OperationRow> Rows =>
        OperationSubjects.Elementwise.SelectMany(group => group.Rows).Cast<OperationRow>().Where(TensorPrimitivesPeer.Has);

    [GlobalSetup]
    public void Setup()
    {
        OperationRow row = Rows.Single(row => row.Name == Row);
        own = VecNetOperationPeer.Create().Prepare(row).Run;
        platform = TensorPrimitivesPeer.Create().Prepare(row).Run;
        WarmUp.Run(Platform, VecNet);
    }

    [Benchmark(Description = "TensorPrimitives", Baseline = true)]
    public void Platform() => platform(1);

    [Benchmark]
    public void VecNet() => own(1);
}
