using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace VecNet.Benchmarks.Measuring;

/// <summary>How many times faster than the baseline of its group a benchmark is, best iteration against best iteration.</summary>
internal sealed class SpeedUpColumn : IColumn
{
    public string Id => nameof(SpeedUpColumn);

    public string ColumnName => "Speed-up";

    public string Legend => "Best iteration of the baseline divided by this row's";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Baseline;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.HasBaselines();

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        string? group = summary.GetLogicalGroupKey(benchmarkCase);
        BenchmarkCase? baseline = summary.GetBaseline(group);
        if (baseline is null || summary[baseline]?.ResultStatistics is not { } reference || summary[benchmarkCase]?.ResultStatistics is not { } own)
        {
            return "NA";
        }

        double ratio = reference.Min / own.Min;
        return ratio.ToString(ratio < 10 ? "F2" : "F0", CultureInfo.InvariantCulture) + "×";
    }

    public override string ToString() => ColumnName;
}
