using System.Numerics;

namespace VecNet;

/// <summary>Cuts a product into parts for several threads: stripes of columns, or of rows where there are few columns.</summary>
/// <remarks>
/// By columns where that leaves each thread two panels: then each panel of B is packed once, by the thread that needs it, and A, which is
/// packed only if it is transposed, is read by all. An outer product, which only writes C, goes by rows. Nothing is handed from thread to thread, and nobody waits for another's packing.
/// </remarks>
internal sealed class Split<T> : Work
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Multiply-adds from which the help of a thread that is awake pays: 4 µs of one thread, of which calling for help takes 1 or 2.</summary>
    private const int WorthHelp = 500_000;

    /// <summary>
    /// Multiply-adds, in one product or in several with no rest between them, from which a sleeping thread is woken: 130 µs of one thread, of which the
    /// call takes 7 even if help comes too late.
    /// </summary>
    private const int WorthWaking = 16_000_000;

    /// <summary>Multiply-adds that take as long as an element does on its way from level 2 or 3 of the cache, which is all that a product with a vector does.</summary>
    private const int MemoryCost = 3;

    /// <summary>More parts than threads, so that a thread that is held up does not hold up the others; but a transposed A is packed for each part, and a single row wants long runs of B.</summary>
    private const int PartsPerThread = 4;

    /// <summary>Stripes are whole panels: the widest tile has 64 columns.</summary>
    private const int Columns = 64;

    /// <summary>Stripes of rows are whole tiles of 6, 8 and 12 rows; of a single vector's 16 they are one and a half, which are dealt evenly.</summary>
    private const int Rows = 24;

    [ThreadStatic]
    private static Split<T>? instance;

    private long workWithoutHelp;
    private long endWithoutHelp;
    private Product<T> product;
    private bool byRows;
    private nint stripe;

    /// <summary>Runs the product, on several threads if they are worth calling; false if it is too small for that in any case, and nothing was done.</summary>
    internal static bool Run(in Product<T> x, int threads)
    {
        threads = int.Min(threads, Parallelism.MaxThreads);
        nint work = x.M == 0 || x.N == 0 ? 0 : nint.Max(x.M * x.N * x.K, MemoryCost * ((x.M * x.K) + (x.K * x.N) + (x.M * x.N)));
        if (threads == 1 || Workers.AreTaken || work < WorthHelp)
        {
            return false;
        }

        Split<T> split = instance ??= new();
        if (!Workers.AreAwake && !split.IsWorthWaking(work))
        {
            BlockedProduct.Run(x);
            split.endWithoutHelp = TimeProvider.System.GetTimestamp();
            return true;
        }

        // Taken out while in use, so that an epilogue may call for help too.
        instance = null;
        split.product = x;
        split.byRows = (x.K == 1 || x.N < 2 * Columns * (nint)threads) && x.M > x.N && !x.Epilogue.InOrder;
        nint whole = split.byRows ? x.M : x.N;
        nint unit = split.byRows ? Rows : Columns;
        nint parts = nint.Min((whole + unit - 1) / unit, x.AStep == 1 && x.M > 1 ? (nint)threads * PartsPerThread : threads);
        if (parts < 2)
        {
            instance = split;
            return false;
        }

        split.stripe = Blocking.RoundUp((whole + parts - 1) / parts, unit);
        try
        {
            Workers.Run(split, (int)((whole + split.stripe - 1) / split.stripe), threads);
        }
        finally
        {
            instance = split;
        }

        return true;
    }

    /// <summary>Whether sleeping threads should be woken: for a large product, or for one of many that follow one another as those of a training loop do.</summary>
    private bool IsWorthWaking(nint work)
    {
        long rest = TimeProvider.System.GetTimestamp() - endWithoutHelp;
        workWithoutHelp = rest <= Workers.SpinTicks ? workWithoutHelp + work : work;
        if (workWithoutHelp < WorthWaking)
        {
            return false;
        }

        workWithoutHelp = 0;
        return true;
    }

    internal override unsafe void Run(int part)
    {
        Product<T> x = product;
        nint start = part * stripe;
        if (byRows)
        {
            x.FirstRow += start;
            x.A += start * x.ARow;
            x.C += start * x.CRow;
            x.M = nint.Min(stripe, x.M - start);
        }
        else
        {
            x.FirstColumn += start;
            x.B += start * x.BColumn;
            x.C += start * x.CColumn;
            x.Bias = x.Bias == null ? null : x.Bias + start;
            x.N = nint.Min(stripe, x.N - start);
        }

        BlockedProduct.Run(x);
    }
}
