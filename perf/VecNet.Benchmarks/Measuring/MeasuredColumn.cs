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
    string name, Func<string> legend, ColumnCategory category, Predicate<Summary> isAvailable,
    Func<Summary, BenchmarkCase, double, string?> value)
    : IColumn
{
    private static readonly HashSet<Type> ElementTypes = [];

    /// <summary>How many times faster than the baseline of its group a benchmark is.</summary>
    internal static readonly IColumn SpeedUp = new MeasuredColumn(
        "Speed-up",
        () => "Best iteration of the baseline divided by this row's",
        ColumnCategory.Baseline,
        summary => summary.HasBaselines(),
        (summary, benchmark, own) => summary.GetBaseline(summary.GetLogicalGroupKey(benchmark)) is { } baseline
            && summary[baseline]?.ResultStatistics is { } reference ? $"{Digits(reference.Min / own, 10, "F2", "F0")}×" : null);

    internal static readonly IColumn GigaFlops = new MeasuredColumn(
        "GFLOP/s",
        () => "10⁹ floating-point operations of matrix products per second, in the best iteration",
        ColumnCategory.Custom,
        IsFloatingPointWork,
        (_, benchmark, own) => Digits(Declared(benchmark).Operations / own, 10, "F2", "F1"));

    internal static readonly IColumn OfPeak = new MeasuredColumn(
        "% of FMA peak",
        () => "GFLOP/s in percent of the multiply-add peak of as many cores, measured now: "
            + string.Join(", ", ElementTypes.Select(type => $"{FmaPeak.Of(type) / 1e9:F1} of one for {type.Name}")),
        ColumnCategory.Custom,
        IsFloatingPointWork,
        (_, benchmark, own) =>
        {
            FloatingPointWork work = Declared(benchmark);
            ElementTypes.Add(work.ElementType);
            return $"{100 * work.Operations * 1e9 / own / FmaPeak.Of(work.ElementType, work.Threads):F1}";
        });

    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend();

    public bool AlwaysShow => true;

    public ColumnCategory Category => category;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => isAvailable(summary);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        (summary[benchmarkCase]?.ResultStatistics is { } statistics ? value(summary, benchmarkCase, statistics.Min) : null) ?? "NA";

    private static string Digits(double number, double limit, string below, string above) =>
        number.ToString(number < limit ? below : above, CultureInfo.InvariantCulture);

    private static bool IsFloatingPointWork(Summary summary) =>
        summary.BenchmarksCases.All(benchmark => typeof(IFloatingPointWork).IsAssignableFrom(benchmark.Descriptor.Type));

    private static FloatingPointWork Declared(BenchmarkCase benchmark)
    {
        Type type = benchmark.Descriptor.Type;
        object instance = Activator.CreateInstance(type)!;
        foreach (ParameterInstance parameter in benchmark.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        return ((IFloatingPointWork)instance).Work;
    }
}

/// <summary>What a benchmark class declares to get the columns GFLOP/s and % of FMA peak.</summary>
internal interface IFloatingPointWork
{
    /// <summary>One call with the parameters that are set; every method of the class is measured by the same number.</summary>
    FloatingPointWork Work { get; }
}

/// <summary>
/// Multiplications and additions of matrix products, a multiply-add counting as two; the element type and the threads whose peak counts.
/// </summary>
internal sealed record FloatingPointWork(double Operations, Type ElementType, int Threads = 1)
{
    internal static FloatingPointWork Of(ComparedRow row) => new(row.FloatingPointOperations, row.ElementType, row.Threads);
}
