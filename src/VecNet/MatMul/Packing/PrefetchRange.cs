namespace VecNet;

/// <summary>Rows of memory that will be read soon.</summary>
internal unsafe struct PrefetchRange
{
    internal byte* Row;
    internal nint RowStride;
    internal nint Bytes;
    internal nint Rows;

    /// <summary>Prefetches the next <paramref name="rows"/> rows.</summary>
    internal void Prefetch(nint rows)
    {
        for (nint end = nint.Min(rows, Rows); end > 0; end--, Rows--, Row += RowStride)
        {
            for (nint at = 0; at < Bytes; at += Machine.CacheLine)
            {
                Machine.Prefetch(Row + at);
            }
        }
    }
}
