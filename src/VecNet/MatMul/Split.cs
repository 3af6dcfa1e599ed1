using System.Numerics;

namespace VecNet;

/// <summary>Cuts a product into parts for several threads: stripes of columns, or of rows where there are few columns.</summary>
internal sealed class Split<T> : Work
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Multiply-adds from which the help of a thread that is awake pays: 4 µs of one thread, of which calling for help takes 1 or 2.</summary>
    private const int WorthHelp = 500_000;

    /// <summary>Multiply-adds from which a sleeping thread is woken: 130 µs of one thread, of which the call takes 7 even if help comes too late.</summary>
    private const int WorthWaking = 16_000_000;

    /// <summary>More parts than threads, so that a thread that is held up does not hold up the others.</summary>
    private const int PartsPerThread = 4;

    [ThreadStatic]
    private static Split<T>? instance;

    private Product<T> product;
    private bool byRows;
    private nint stripe;

    /// <summary>Runs the product on several threads; false if it is too small for that, and nothing was done.</summary>
    internal static bool Run(in Product<T> x, int threads)
    {
        threads = int.Min(threads, Parallelism.MaxThreads);
        nint work = x.M * x.N * x.K;
        if (work < (Workers.AreAwake ? WorthHelp : WorthWaking))
        {
            return false;
        }

        Split<T> split = instance ??= new();
        split.product = x;
        split.byRows = x.N < 128 * threads && x.M > x.N && !x.Epilogue.InOrder;
        nint whole = split.byRows ? x.M : x.N;
        nint unit = split.byRows ? 24 : 64;
        nint parts = nint.Min((whole + unit - 1) / unit, threads * PartsPerThread);
        if (parts < 2)
        {
            return false;
        }

        split.stripe = Blocking.RoundUp((whole + parts - 1) / parts, unit);
        Workers.Run(split, (int)((whole + split.stripe - 1) / split.stripe), threads);
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
