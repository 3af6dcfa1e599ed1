using BenchmarkDotNet.Attributes;
using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks;

/// <summary>The rows of <c>compare elementwise</c> that TensorPrimitives has too, measured one by one.</summary>
public class ElementwiseBenchmark
{
    private Action<int> own = _ => { };
    private Action<int> platform = _ => { };

    public static IEnumerable<string> Rows => ElementwiseRows.Groups()
        .SelectMany(group => group.Rows)
        .Cast<ElementwiseRow>()
        .Where(row => TensorPrimitivesPeer.Has(row.Operation))
        .Select(row => row.ToWords());

    /// <summary>Operation, rows, columns, element type.</summary>
    [ParamsSource(nameof(Rows))]
    public string Row { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        ElementwiseRow row = ElementwiseRow.FromWords(Row);
        if (row.Precision == Precision.Float32)
        {
            Prepare<float>(row);
        }
        else
        {
            Prepare<double>(row);
        }

        WarmUp.Run(Platform, VecNet);
    }

    [Benchmark(Description = "TensorPrimitives", Baseline = true)]
    public void Platform() => platform(1);

    [Benchmark]
    public void VecNet() => own(1);

    private void Prepare<T>(ElementwiseRow row)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        own = new VecNetElementwisePeer().Prepare(row, new ElementwiseOperands<T>(row)).Run;
        platform = new TensorPrimitivesPeer().Prepare(row, new ElementwiseOperands<T>(row)).Run;
    }
}
