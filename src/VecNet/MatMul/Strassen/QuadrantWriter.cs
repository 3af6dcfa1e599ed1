using System.Numerics;

namespace VecNet;

/// <summary>
/// The quadrants of C to which a product is also written, tile by tile as it is finished: each tile is stored there or added.
/// </summary>
internal unsafe struct QuadrantWriter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows of the highest block of tiles. Larger blocks are of another strategy, and the rows below them do not come next.</summary>
    private const int MostRowsAhead = Blocking.RowsOfCall;

    private Submatrix<T> first;
    private Submatrix<T> second;
    private bool adds;

    internal QuadrantWriter(bool adds, in Submatrix<T> first, in Submatrix<T> second = default)
    {
        this.first = first;
        this.second = second;
        this.adds = adds;
    }

    /// <summary>The epilogue that calls the writer, whose memory must not move while the epilogue is used.</summary>
    internal static Epilogue<T> EpilogueOf(QuadrantWriter<T>* writer) => new() { Function = &Write, Context = writer };

    private static void Write(void* context, in FinishedBlock<T> block)
    {
        ref QuadrantWriter<T> writer = ref *(QuadrantWriter<T>*)context;
        Write(block, writer.first, writer.adds);
        Write(block, writer.second, writer.adds);
    }

    private static void Write(in FinishedBlock<T> block, in Submatrix<T> to, bool adds)
    {
        nint rows = nint.Min(block.Rows, to.Rows - block.Row), columns = nint.Min(block.Columns, to.Columns - block.Column);
        if (rows <= 0 || columns <= 0)
        {
            return;
        }

        T* target = to.Pointer + (block.Row * to.RowStride) + block.Column;
        if (adds)
        {
            BinaryLoop.Run<T, BinaryLoop.Plus<T>>(
                target, to.RowStride, block.Pointer, block.RowStride, target, to.RowStride, rows, columns);
        }
        else
        {
            Packing.Copy(block.Pointer, block.RowStride, rows, columns, target, to.RowStride);
        }

        // The tile below comes next: its lines are prefetched while it is computed.
        PrefetchRange below = new()
        {
            Row = (byte*)(target + (rows * to.RowStride)),
            RowStride = to.RowStride * sizeof(T),
            Bytes = columns * sizeof(T),
            Rows = nint.Min(rows, to.Rows - block.Row - rows),
        };
        below.Prefetch(MostRowsAhead);
    }
}
