namespace VecNet.Benchmarks.Comparing;

/// <summary>Rows that are judged together.</summary>
/// <param name="Name">One word.</param>
/// <param name="Title">The heading of its table.</param>
/// <param name="Rows">Those of one thread first.</param>
internal sealed record RowGroup(string Name, string Title, IReadOnlyList<ComparedRow> Rows)
{
    /// <summary>The rows with one thread, and behind them some of them with two if the machine has as many processors.</summary>
    internal static IReadOnlyList<TRow> WithTwoThreads<TRow>(IEnumerable<TRow> oneThread, Func<TRow, bool> alsoWithTwo)
        where TRow : ComparedRow
    {
        TRow[] rows = [.. oneThread];
        return Environment.ProcessorCount < Subject.MostThreads
            ? rows
            : [.. rows, .. rows.Where(alsoWithTwo).Select(row => row with { Threads = Subject.MostThreads })];
    }
}
