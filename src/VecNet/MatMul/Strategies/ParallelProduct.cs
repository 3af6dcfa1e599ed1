using System.Numerics;

namespace VecNet;

/// <summary>Divides a product into stripes for several threads: stripes of columns, or of rows where there are few columns.</summary>
/// <remarks>
/// The stripes are columns where that leaves each thread two panels: then each panel of B is packed once, by the thread that needs it, and
/// A, which is packed only if it is transposed, is read by all. An outer product, which only writes C, is divided by rows. Threads exchange
/// no data, and none waits for another's packing. Each stripe is a product with its own strategy.
/// </remarks>
internal sealed class ParallelProduct<T> : Work
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The number of multiply-adds from which a helper thread that is awake pays: 4 µs of one thread, of which calling the helper takes 1
    /// or 2.
    /// </summary>
    private const int WorthHelp = 500_000;

    /// <summary>
    /// The number of multiply-adds, in one product or in several without a pause, from which a sleeping thread is woken: 130 µs of one
    /// thread, of which the call takes 7 even if the helper comes too late.
    /// </summary>
    private const int WorthWaking = 16_000_000;

    /// <summary>
    /// The number of multiply-adds that take as long as loading an element from level 2 or 3 of the cache, which bounds the product of a
    /// matrix and a vector.
    /// </summary>
    private const int MemoryCost = 3;

    /// <summary>
    /// There are more stripes than threads, so that a delayed thread does not delay the others; but a transposed A is packed for each
    /// stripe, and a single row needs long runs of B.
    /// </summary>
    private const int StripesPerThread = 4;

    /// <summary>Stripes of columns are whole panels: the widest tile has 64 columns.</summary>
    private const int ColumnUnit = 64;

    /// <summary>
    /// Stripes of rows are whole tiles of 6, 8 and 12 rows; of a single vector's 16 they are one and a half, which are distributed evenly.
    /// </summary>
    private const int RowUnit = 24;

    [ThreadStatic]
    private static ParallelProduct<T>? instance;

    private long workWithoutHelp;
    private long endWithoutHelp;
    private MatrixProduct<T> product;
    private bool byRows;
    private nint stripe;

    /// <summary>Runs the product on several threads where they pay.</summary>
    /// <returns>Whether it ran; a product that is too small for several threads in any case is left to the caller.</returns>
    internal static bool TryRun(in MatrixProduct<T> x, int threads)
    {
        threads = int.Min(threads, Parallelism.MaxThreads);
        nint work = x.M == 0 || x.N == 0 ? 0 : nint.Max(x.M * x.N * x.K, MemoryCost * ((x.M * x.K) + (x.K * x.N) + (x.M * x.N)));
        if (threads == 1 || Workers.AreTaken || work < WorthHelp)
        {
            return false;
        }

        ParallelProduct<T> shared = instance ??= new();
        if (!Workers.AreAwake && !shared.IsWorthWaking(work))
        {
            ProductRoute.RunOnThisThread(x);
            shared.endWithoutHelp = TimeProvider.System.GetTimestamp();
            return true;
        }

        // The instance is removed while it is in use, so that an epilogue may use several threads too.
        instance = null;
        shared.product = x;
        shared.byRows = (x.K == 1 || x.N < 2 * ColumnUnit * (nint)threads) && x.M > x.N && !x.Epilogue.InRowOrder;
        nint whole = shared.byRows ? x.M : x.N;
        nint unit = shared.byRows ? RowUnit : ColumnUnit;
        nint stripes = nint.Min((whole + unit - 1) / unit, x.A.ColumnStride == 1 && x.M > 1 ? (nint)threads * StripesPerThread : threads);
        if (stripes < 2)
        {
            instance = shared;
            return false;
        }

        shared.stripe = Blocking.RoundUp((whole + stripes - 1) / stripes, unit);
        try
        {
            Workers.Run(shared, (int)((whole + shared.stripe - 1) / shared.stripe), threads);
        }
        finally
        {
            instance = shared;
        }

        return true;
    }

    /// <summary>
    /// Whether sleeping threads should be woken: for a large product, or for one of many in close succession as in a training loop.
    /// </summary>
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

    internal override void Run(int part)
    {
        nint first = part * stripe;
        ProductRoute.RunOnThisThread(byRows
            ? product.Rows(first, nint.Min(stripe, product.M - first))
            : product.Columns(first, nint.Min(stripe, product.N - first)));
    }
}
