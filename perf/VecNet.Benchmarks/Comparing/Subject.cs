using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing;

/// <summary>What is compared: its rows, who takes part, and how its figures are shown.</summary>
internal abstract class Subject
{
    /// <summary>The most threads that any row uses.</summary>
    internal const int MostThreads = 2;

    /// <summary>All that the command knows.</summary>
    internal static IReadOnlyList<Subject> All { get; } = [new ProductSubject(), new StrassenSubject(), new ElementwiseSubject(), new LayerSubject(), new NetworkSubject()];

    /// <summary>The word of the command line.</summary>
    internal abstract string Word { get; }

    /// <summary>The report's heading.</summary>
    internal abstract string Title { get; }

    /// <summary>What the command line's help says of it.</summary>
    internal abstract string Description { get; }

    /// <summary>What the command line's help says of the quick run.</summary>
    internal abstract string QuickDescription { get; }

    /// <summary>The element types whose peaks are measured.</summary>
    internal abstract IReadOnlyList<Precision> Precisions { get; }

    /// <summary>How a table's cell is to be read, and other lines of the report's head.</summary>
    internal abstract IReadOnlyList<string> Legend { get; }

    /// <summary>The rows, or for a quick run some of them.</summary>
    internal abstract IReadOnlyList<RowGroup> Groups(bool quick);

    /// <summary>Starts those who take part, VecNet first.</summary>
    internal abstract IReadOnlyList<Contender> Start();

    /// <summary>How a run spends its time.</summary>
    internal abstract Pace Pace(bool quick);

    /// <summary>Whether a contender takes part in a row.</summary>
    internal virtual bool TakesPart(Contender contender, ComparedRow row, Pace pace) => true;

    /// <summary>A contender's figure in a table.</summary>
    internal abstract string Cell(RowVerdict row, string contender);

    /// <summary>Columns between the contenders and the ratio.</summary>
    internal virtual IReadOnlyList<Column> Columns(RowGroup group) => [];

    /// <summary>Lines below a group's verdict.</summary>
    internal virtual IEnumerable<string> Notes(GroupVerdict group, CompareReport report) => [];

    /// <summary>What a row is, for the JSON object.</summary>
    internal abstract IEnumerable<(string Name, object? Value)> Fields(ComparedRow row);

    /// <summary>What the JSON object holds beside the rows and verdicts of every subject.</summary>
    internal virtual IEnumerable<(string Name, object? Value)> Findings(CompareReport report) => [];

    /// <summary>Draws the report, or null where there is no chart of it.</summary>
    internal virtual Action<CompareReport, string>? Chart => null;

    /// <summary>A column of a table.</summary>
    internal sealed record Column(string Title, Func<RowVerdict, string> Cell);
}
