using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace VecNet.Benchmarks.Measuring;

/// <summary>
/// A column of BenchmarkDotNet's table that is computed from the best time of a benchmark in nanoseconds: a busy machine slows down all
/// iterations but the best.
/// </summary>
internal sealed class MeasuredColumn(
    string name, Func<string> legend, ColumnCategory category, Func<Summary, BenchmarkCase, double, string?> value)
    : IColumn
{
    /// <summary>How many times faster than the baseline of its group a benchmark is.</summary>
    internal static readonly IColumn SpeedUp = new MeasuredColumn(
        "Speed-up",
        () => "Best iteration of the baseline divided by this row's",
        ColumnCategory.Baseline,
        (summary, benchmark, own) => summary.GetBaseline(summary.GetLogicalGroupKey(benchmark)) is { } baseline
            && summary[baseline]?.ResultStatistics is { } reference ? $"{Digits(reference.Min / own, 10, "F2", "F0")}×" : null);

    internal static readonly IColumn GigaFlops = new MeasuredColumn(
        "GFLOP/s",
        () => "10⁹ floating-point operations of matrix products per second, in the best iteration",
        ColumnCategory.Custom,
        (_, benchmark, own) => Declared(benchmark) is { } work ? Digits(work.FloatingPointOperations / own, 10, "F2", "F1") : null);

    internal static readonly IColumn OfPeak = new MeasuredColumn(
        "% of FMA peak",
        () => "GFLOP/s in percent of the multiply-add peak of as many cores, measured now: "
            + string.Join(", ", from type in (Type[])[typeof(float), typeof(double)]
                                select $"{FmaPeak.Of(type) / 1e9:F1} of one for {type.Name}"),
        ColumnCategory.Custom,
        (_, benchmark, own) => Declared(benchmark) is { } work
            ? $"{100 * work.FloatingPointOperations * 1e9 / own / FmaPeak.Of(work.ElementType, work.Threads):F1}"
            : null);

    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend();

    public bool AlwaysShow => true;

    public ColumnCategory Category => category;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => value(summary, benchmark, 1) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        (summary[benchmarkCase]?.ResultStatistics is { } statistics ? value(summary, benchmarkCase, statistics.Min) : null) ?? "NA";

    private static string Digits(double number, double limit, string below, string above) =>
        number.ToString(number < limit ? below : above, CultureInfo.InvariantCulture);

    private static ComparedRow? Declared(BenchmarkCase benchmark)
    {
        Type type = benchmark.Descriptor.Type;
        object instance = Activator.CreateInstance(type)!;
        foreach (ParameterInstance parameter in benchmark.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        return (instance as IFloatingPointWork)?.Work;
    }
}

/// <summary>What a benchmark class declares to get the columns GFLOP/s and % of FMA peak.</summary>
internal interface IFloatingPointWork
{
    /// <summary>
    /// One call with the parameters that are set: its operations, and the element type and threads whose peak counts. Every method of the
    /// class is measured by the same number.
    /// </summary>
    ComparedRow Work { get; }
}
