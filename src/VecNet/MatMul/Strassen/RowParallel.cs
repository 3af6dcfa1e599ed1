using System.Numerics;

namespace VecNet;

/// <summary>Work on the rows of a submatrix, divided into stripes for several threads.</summary>
internal sealed unsafe class RowParallel<T> : Work
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of elements from which several threads pay: a megabyte in float takes some 30 µs.</summary>
    private const int WorthHelp = 1 << 18;

    private const int StripesPerThread = 4;

    /// <summary>The smallest stripe, in elements: 2 µs at the rate above.</summary>
    private const int LeastStripe = 1 << 14;

    [ThreadStatic]
    private static RowParallel<T>? instance;

    private Epilogue<T> work;
    private Submatrix<T> matrix;
    private nint stripe;

    /// <summary>Does the work on the matrix, on several threads if it is large.</summary>
    internal static void Run(in Epilogue<T> work, in Submatrix<T> whole, int threads)
    {
        nint elements = whole.Rows * whole.Columns;
        bool isWorthHelp = threads > 1 && elements >= WorthHelp && !Workers.AreTaken;
        int count = isWorthHelp ? (int)nint.Min((nint)threads * StripesPerThread, nint.Min(whole.Rows, elements / LeastStripe)) : 1;
        RowParallel<T> stripes = instance ??= new();
        stripes.work = work;
        stripes.matrix = whole;
        stripes.stripe = (whole.Rows + count - 1) / count;
        Workers.Run(stripes, count, threads);
    }

    internal override void Run(int part)
    {
        nint first = part * stripe;
        nint rows = nint.Min(stripe, matrix.Rows - first);
        if (rows > 0)
        {
            work.Invoke(matrix.Pointer + (first * matrix.RowStride), matrix.RowStride, first, 0, rows, matrix.Columns);
        }
    }
}
