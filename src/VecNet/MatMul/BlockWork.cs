using System.Numerics;

namespace VecNet;

/// <summary>Work on a block that goes row by row, cut into stripes for several threads.</summary>
internal sealed unsafe class BlockWork<T> : Work
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements from which help pays: a megabyte in float takes some 30 µs.</summary>
    private const int WorthHelp = 1 << 18;

    private const int PartsPerThread = 4;

    /// <summary>Elements that are worth a part of their own: at the rate above, 2 µs.</summary>
    private const int LeastPart = 1 << 14;

    [ThreadStatic]
    private static BlockWork<T>? instance;

    private Epilogue<T> work;
    private Block<T> block;
    private nint stripe;

    /// <summary>Hands the block to the work, on several threads if it is large.</summary>
    internal static void Run(in Epilogue<T> work, in Block<T> block, int threads)
    {
        nint elements = block.Rows * block.Columns;
        int parts = threads == 1 || elements < WorthHelp || Workers.AreTaken ? 1 : (int)nint.Min((nint)threads * PartsPerThread, nint.Min(block.Rows, elements / LeastPart));
        BlockWork<T> stripes = instance ??= new();
        stripes.work = work;
        stripes.block = block;
        stripes.stripe = (block.Rows + parts - 1) / parts;
        Workers.Run(stripes, parts, threads);
    }

    internal override void Run(int part)
    {
        nint first = part * stripe;
        nint rows = nint.Min(stripe, block.Rows - first);
        if (rows > 0)
        {
            work.Function(work.Context, new()
            {
                C = block.Start + (first * block.Row),
                CRow = block.Row,
                Row = first,
                Column = 0,
                Rows = rows,
                Columns = block.Columns,
            });
        }
    }
}
