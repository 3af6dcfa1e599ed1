using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Classical operations per second over the size of squares: both algorithms, and the peak that only one of them can pass.</summary>
internal static class StrassenChart
{
    private static readonly (string Contender, string Name, string Ink)[] Algorithms =
        [(Contender.VecNet, "Strassen–Winograd", "#08519c"), (StrassenSubject.Classical, "classical", "#e6860a")];

    /// <summary>Saves it as SVG, or as PNG where the path ends so.</summary>
    internal static void Save(CompareReport report, string path)
    {
        RowVerdict[] rows = [.. report.Rows.Where(row => row.Row is ProductRow { Precision: Precision.Float32, Threads: 1, Orientation: Orientation.Plain } product
            && product.M == product.N && product.M == product.K && product.M % 2 == 0)];
        double peak = report.Peaks.Of(Precision.Float32, threads: 1) / 1e9;
        using var chart = new LineChart(
            "Squares in float32, one thread: 2n³ operations, in GFLOP/s, over n",
            bottom: 0.6 * peak,
            [
                .. Algorithms.Select(algorithm => new LineChart.Line(algorithm.Name, algorithm.Ink, Points(rows, row => row.GigaFlops(algorithm.Contender)))),
                new LineChart.Line("multiply-add peak", "#777777", Points(rows, _ => peak)),
            ]);
        chart.Save(path);
    }

    private static (double Size, double Value)[] Points(RowVerdict[] rows, Func<RowVerdict, double> value) =>
        [.. rows.Select(row => ((double)((ProductRow)row.Row).M, value(row)))];
}
