namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Products by Strassen–Winograd beside this library's own classical products.</summary>
internal static class StrassenSubject
{
    internal const string Classical = "classical";

    /// <summary>A call takes seconds: only VecNet and the classical product take part.</summary>
    private const int Large = 8192;

    internal static Subject Create() => new()
    {
        Word = "strassen",
        Title = "Strassen–Winograd compared with the classical product",
        Help = (
            "Compares Strassen–Winograd with VecNet's classical products, each in a process of its own, in turns.",
            "Under a minute: shorter turns, nothing above 2048³."),
        Legend =
        [
            "the tables show the GFLOP/s of the best round, computed from 2mnk operations for every algorithm, and the percentage of the "
                + "multiply-add peak of the same number of threads, which Strassen–Winograd can exceed",
            $"VecNet chooses the number of levels: one from {MatMulAlgorithm.Crossover}³ on, and two from twice that size on; "
                + "\"one level\" and \"two levels\" are used for every size",
            "ratio: the speed divided by that of the classical product",
        ],
        Groups = Groups,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetStrassen),
            () => Contenders.Own(Classical, isJudge: true, OwnPeer.VecNetStrassen, "0"),
            () => Contenders.Own("one level", isJudge: false, OwnPeer.VecNetStrassen, "1"),
            () => Contenders.Own("two levels", isJudge: false, OwnPeer.VecNetStrassen, "2"),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(20), FewestRounds: 2, MostRounds: 20, TimeSpan.FromSeconds(100)),
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 3, MostRounds: 10, TimeSpan.FromSeconds(35))),
        TakesPart = (contender, row, _) => contender.Name is Contender.VecNet or Classical || ((ProductRow)row).M < Large,
        Cell = ProductSubject.SpeedAndPartOfPeak,
        Fields = ProductSubject.Fields,
        Findings = _ => [("crossover", MatMulAlgorithm.Crossover)],
        Chart = Chart,
    };

    /// <summary>Operations of the definition per second over the size of squares: both algorithms, and the peak that one passes.</summary>
    private static LineChart Chart(CompareReport report)
    {
        RowVerdict[] squares = [.. report.Rows.Where(row =>
            row.Row is ProductRow { Precision: Precision.Float32, Threads: 1, Orientation: Orientation.Plain } product
            && product.M == product.N && product.M == product.K && product.M % 2 == 0)];
        double peak = report.Peaks.Of(Precision.Float32, threads: 1) / 1e9;
        return new(
            "Squares in float32, one thread",
            "n",
            "2n³ operations, in GFLOP/s",
            bottom: 0.6 * peak,
            Line("Strassen–Winograd", "#08519c", row => row.GigaFlops(Contender.VecNet)),
            Line(Classical, "#e6860a", row => row.GigaFlops(Classical)),
            Line("multiply-add peak", "#777777", _ => peak));

        LineChart.Line Line(string name, string color, Func<RowVerdict, double> value) =>
            new(name, color, [.. squares.Select(row => ((double)((ProductRow)row.Row).M, value(row)))]);
    }

    private static IReadOnlyList<RowGroup> Groups(bool quick) =>
    [
        new("squares", "Square matrices in float32",
            RowGroup.WithTwoThreads(Squares(quick), row => row.M >= MatMulAlgorithm.Crossover)),
        .. quick ? (RowGroup[])[] : [new("large", "8192³", RowGroup.WithTwoThreads([new ProductRow(Large, Large, Large)], _ => true))],
        new("double", "Square matrices in float64",
            [.. Squares(quick).Where(row => row.M is 1024 or 2048 or 4096).Select(row => row with { Precision = Precision.Float64 })]),
        new("transposed", "Transposed operands", [.. Transposed]),
        new("odd", "Odd and rectangular sizes", [.. Odd(quick)]),
    ];

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
