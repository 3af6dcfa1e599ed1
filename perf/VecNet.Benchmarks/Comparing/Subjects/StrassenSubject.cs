using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Products by Strassen–Winograd beside this library's own classical products.</summary>
internal sealed class StrassenSubject : Subject
{
    internal const string Classical = "classical";

    private const string OneLevel = "one level";
    private const string TwoLevels = "two levels";

    /// <summary>A call takes seconds: nobody takes part but VecNet and its judge.</summary>
    private const int Large = 8192;

    private static readonly Pace QuickPace = new(
        TimeSpan.FromMilliseconds(10), FewestRounds: 3, MostRounds: 10, TimeSpan.FromSeconds(35), TimeSpan.MaxValue);

    private static readonly Pace FullPace = new(
        TimeSpan.FromMilliseconds(20), FewestRounds: 2, MostRounds: 20, TimeSpan.FromSeconds(100), TimeSpan.MaxValue);

    internal override string Word => "strassen";

    internal override string Title => "Strassen–Winograd beside the classical product";

    internal override string Description => "Products by Strassen–Winograd beside VecNet's own classical products, each in a process of its own, in turns.";

    internal override string QuickDescription => "Under a minute: shorter turns, nothing above 2048³.";

    internal override IReadOnlyList<Precision> Precisions => Enum.GetValues<Precision>();

    internal override IReadOnlyList<string> Legend =>
    [
        "in the tables: GFLOP/s of the best round, counted as 2mnk whatever the algorithm, and in percent of the multiply-add peak of as many threads: Strassen–Winograd may exceed it",
        $"VecNet takes as many levels as pay (from {MatMulAlgorithm.Crossover}³ on one, from twice that on two); one level and two levels are taken whatever the size",
        "ratio: speed over that of the classical product",
    ];

    internal override IReadOnlyList<RowGroup> Groups(bool quick) =>
    [
        new("squares", "Squares in float32", RowGroup.WithTwoThreads(Squares(quick), row => row.M >= MatMulAlgorithm.Crossover)),
        .. quick ? (RowGroup[])[] : [new("large", "8192³", RowGroup.WithTwoThreads([new ProductRow(Large, Large, Large)], _ => true))],
        new("double", "Squares in float64", [.. Squares(quick).Where(row => row.M is 1024 or 2048 or 4096).Select(row => row with { Precision = Precision.Float64 })]),
        new("transposed", "Transposed operands", [.. Transposed]),
        new("odd", "Odd and oblong sizes", [.. Odd(quick)]),
    ];

    internal override IReadOnlyList<Contender> Start() => Contenders.Start(
        () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.Strassen)),
        () => Contender.Start(Classical, Standing.Required, PeerLaunch.OfThisProgram(PeerProgram.Strassen, "0")),
        () => Contender.Start(OneLevel, Standing.Beside, PeerLaunch.OfThisProgram(PeerProgram.Strassen, "1")),
        () => Contender.Start(TwoLevels, Standing.Beside, PeerLaunch.OfThisProgram(PeerProgram.Strassen, "2")));

    internal override Pace Pace(bool quick) => quick ? QuickPace : FullPace;

    internal override bool TakesPart(Contender contender, ComparedRow row, Pace pace) =>
        contender.Standing != Standing.Beside || ((ProductRow)row).M < Large;

    internal override string Cell(RowVerdict row, string contender) => ProductSubject.SpeedAndPartOfPeak(row, contender);

    internal override IEnumerable<(string Name, object? Value)> Fields(ComparedRow row) => ProductSubject.FieldsOf((ProductRow)row);

    internal override IEnumerable<(string Name, object? Value)> Findings(CompareReport report) => [("crossover", MatMulAlgorithm.Crossover)];

    internal override Action<CompareReport, string> Chart => StrassenChart.Save;

    private static IEnumerable<ProductRow> Squares(bool quick) =>
        from size in (int[])[768, 1024, 1280, 1536, 2048, 3072, 4096]
        where !quick || size <= 2048
        select new ProductRow(size, size, size);

    private static IEnumerable<ProductRow> Transposed =>
        from orientation in (Orientation[])[Orientation.TransposeA, Orientation.TransposeB]
        select new ProductRow(2048, 2048, 2048, orientation);

    private static IEnumerable<ProductRow> Odd(bool quick) =>
        from shape in ((int M, int N, int K)[])[(1999, 1999, 1999), (2049, 2049, 2049), (4096, 1024, 2048), (4097, 4097, 4097)]
        where !quick || shape.M <= 2049
        select new ProductRow(shape.M, shape.N, shape.K);
}
