using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace VecNet.Benchmarks.Measuring;

/// <summary>Operations per second of a benchmark's best iteration, or their share of what the core can do at most.</summary>
/// <remarks>The best iteration, because the peak is the best of its rounds too: a neighbour on the machine slows down both.</remarks>
internal sealed class ThroughputColumn : IColumn
{
    internal static readonly IColumn GigaFlops = new ThroughputColumn(ofPeak: false);
    internal static readonly IColumn OfPeak = new ThroughputColumn(ofPeak: true);

    private readonly bool ofPeak;
    private Type? elementType;

    private ThroughputColumn(bool ofPeak) => this.ofPeak = ofPeak;

    public string Id => nameof(ThroughputColumn) + (ofPeak ? nameof(OfPeak) : nameof(GigaFlops));

    public string ColumnName => ofPeak ? "% of FMA peak" : "GFLOP/s";

    public string Legend => !ofPeak ? "10⁹ floating-point operations of matrix products per second, in the best iteration"
        : elementType is null ? "Share of the measured multiply-add peak"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"GFLOP/s in percent of the multiply-add peak of as many cores, measured now: {FmaPeak.Of(elementType) / 1e9:F1} of one for {elementType.Name}");

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => ofPeak ? 1 : 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) =>
        summary.BenchmarksCases.All(benchmark => typeof(IFloatingPointWork).IsAssignableFrom(benchmark.Descriptor.Type));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics)
        {
            return "NA";
        }

        IFloatingPointWork work = Declared(benchmarkCase);
        elementType = work.ElementType;
        double perSecond = work.Operations * 1e9 / statistics.Min;
        return ofPeak
            ? (100 * perSecond / FmaPeak.Of(work.ElementType, work.Threads)).ToString("F1", CultureInfo.InvariantCulture)
            : (perSecond / 1e9).ToString(perSecond < 10e9 ? "F2" : "F1", CultureInfo.InvariantCulture);
    }

    public override string ToString() => ColumnName;

    private static IFloatingPointWork Declared(BenchmarkCase benchmarkCase)
    {
        Type type = benchmarkCase.Descriptor.Type;
        object instance = Activator.CreateInstance(type)!;
        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        return (IFloatingPointWork)instance;
    }
}
