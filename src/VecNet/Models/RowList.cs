using System.Diagnostics.CodeAnalysis;

namespace VecNet;

/// <summary>
/// Copies rows as they come: a sequence may use one array, or one object, for all of its rows.
/// </summary>
internal sealed class RowList
{
    private readonly List<float> values = [];
    private int rows;
    private int columns;

    /// <summary>Copies the next row.</summary>
    /// <exception cref="ArgumentException">It is null, or its length differs from that of the first.</exception>
    internal void Add(float[]? features)
    {
        if (rows == 0)
        {
            columns = features?.Length ?? 0;
        }

        Check(features, rows++, columns);
        values.AddRange(features);
    }

    /// <summary>All rows.</summary>
    internal TensorBuffer<float> ToBuffer()
    {
        var buffer = new TensorBuffer<float>(rows, columns);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Throws unless a row is there and as long as the first.</summary>
    internal static void Check([NotNull] float[]? features, int row, int columns)
    {
        if (features?.Length != columns)
        {
            string length = features is null ? "is null" : $"has {features.Length} features";
            throw new ArgumentException(
                $"Row {row} {length}{(row == 0 ? "" : $"; row 0 has {columns} features")}.", nameof(features));
        }
    }

    /// <summary>Selects features and targets of the rows of a sequence, which is enumerated once.</summary>
    internal static (TensorBuffer<float> Features, List<TTarget> Targets) Select<TRow, TTarget>(
        IEnumerable<TRow> rows, Func<TRow, float[]> features, Func<TRow, TTarget> targets)
    {
        var list = new RowList();
        List<TTarget> selected = [];
        foreach (TRow row in rows)
        {
            list.Add(features(row));
            selected.Add(targets(row));
        }

        return (list.ToBuffer(), selected);
    }

    /// <summary>Selects features and targets of the rows of an asynchronous sequence.</summary>
    internal static async Task<(TensorBuffer<float> Features, List<TTarget> Targets)> SelectAsync<TRow, TTarget>(
        IAsyncEnumerable<TRow> rows, Func<TRow, float[]> features, Func<TRow, TTarget> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var list = new RowList();
        List<TTarget> selected = [];
        await foreach (TRow row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            list.Add(features(row));
            selected.Add(targets(row));
        }

        return (list.ToBuffer(), selected);
    }
}
