namespace VecNet.Benchmarks.Comparing;

/// <summary>What is compared: its rows, who takes part, and how its figures are shown.</summary>
internal sealed record Subject
{
    /// <summary>The most threads that any row uses.</summary>
    internal const int MostThreads = 2;

    /// <summary>All that the command knows.</summary>
    internal static IReadOnlyList<Subject> All { get; } =
    [
        ProductSubject.Create(), StrassenSubject.Create(), OperationSubjects.CreateElementwise(), OperationSubjects.CreateLayers(),
        NetworkSubject.Create(), SequenceSubject.Create(), EmbeddingSubject.Create(),
    ];

    /// <summary>The word of the command line.</summary>
    internal required string Word { get; init; }

    /// <summary>The report's heading.</summary>
    internal required string Title { get; init; }

    /// <summary>What the command line's help says of it, and of its quick run.</summary>
    internal required (string Full, string Quick) Help { get; init; }

    /// <summary>The element types whose peaks are measured.</summary>
    internal IReadOnlyList<Precision> Precisions { get; init; } = [Precision.Float32, Precision.Float64];

    /// <summary>How a table's cell is to be read, and other lines of the report's head.</summary>
    internal required IReadOnlyList<string> Legend { get; init; }

    /// <summary>The rows, or for a quick run some of them.</summary>
    internal required Func<bool, IReadOnlyList<RowGroup>> Groups { get; init; }

    /// <summary>What starts those who take part, VecNet first.</summary>
    internal required IReadOnlyList<Func<Contender>> Contenders { get; init; }

    /// <summary>How a full and a quick run spend their time.</summary>
    internal required (Pace Full, Pace Quick) Paces { get; init; }

    /// <summary>Whether a contender takes part in a row.</summary>
    internal Func<Contender, ComparedRow, Pace, bool> TakesPart { get; init; } = (_, _, _) => true;

    /// <summary>A contender's figure in a table.</summary>
    internal required Func<RowVerdict, string, string> Cell { get; init; }

    /// <summary>Columns between the contenders and the ratio.</summary>
    internal Func<RowGroup, IReadOnlyList<Column>> Columns { get; init; } = _ => [];

    /// <summary>Lines below a group's verdict.</summary>
    internal Func<GroupVerdict, CompareReport, IEnumerable<string>> Notes { get; init; } = (_, _) => [];

    /// <summary>What a row is, for the JSON object.</summary>
    internal required Func<ComparedRow, IEnumerable<(string Name, object? Value)>> Fields { get; init; }

    /// <summary>What the JSON object holds beside the rows and verdicts of every subject.</summary>
    internal Func<CompareReport, IEnumerable<(string Name, object? Value)>> Findings { get; init; } = _ => [];

    /// <summary>A table below the groups, the first of whose lines is the head, or null where there is none.</summary>
    internal Func<CompareReport, (string Title, IReadOnlyList<IReadOnlyList<string>> Lines)>? Table { get; init; }

    /// <summary>Draws the report, or null where there is no chart of it.</summary>
    internal Func<CompareReport, LineChart>? Chart { get; init; }

    /// <summary>A column of a table.</summary>
    internal sealed record Column(string Title, Func<RowVerdict, string> Cell);
}

/// <summary>Rows that are judged together, under a name of one word; those of one thread first.</summary>
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

/// <summary>How a run spends its time.</summary>
/// <param name="Slice">How long a contender computes in one round, and before the first: at least once.</param>
/// <param name="FewestRounds">What every row has.</param>
/// <param name="MostRounds">What a row has if there is time.</param>
/// <param name="Budget">The time for all rows together.</param>
internal sealed record Pace(TimeSpan Slice, int FewestRounds, int MostRounds, TimeSpan Budget)
{
    /// <summary>A contender that is known to be slow is left out where one call would take longer.</summary>
    internal TimeSpan LongestSlowCall { get; init; }

    /// <summary>The row's part of the budget, in no unit: two slices, and a call of it at 100 GFLOP/s.</summary>
    internal double Weight(ComparedRow row) => (2 * Slice.TotalSeconds) + (row.FloatingPointOperations / 100e9);
}
