using System.Numerics;

namespace VecNet;

/// <summary>Strassen–Winograd multiplication: a product is computed by seven products of half the size instead of eight.</summary>
/// <remarks>
/// <para>
/// With the operands divided into quadrants, C = A·B is c₁₁ = a₁₁b₁₁ + a₁₂b₂₁, c₁₂ = a₁₁b₁₂ + a₁₂b₂₂, and so on: eight products. Winograd's
/// form of Strassen's algorithm computes
/// <code>
/// S₁ = a₂₁ + a₂₂   T₁ = b₁₂ − b₁₁   P₁ = a₁₁·b₁₁   P₅ = S₁·T₁   U₂ = P₁ + P₆   c₁₁ = P₁ + P₂
/// S₂ = S₁ − a₁₁    T₂ = b₂₂ − T₁    P₂ = a₁₂·b₂₁   P₆ = S₂·T₂   U₃ = U₂ + P₇   c₁₂ = U₂ + P₅ + P₃
/// S₃ = a₁₁ − a₂₁   T₃ = b₂₂ − b₁₂   P₃ = S₄·b₂₂    P₇ = S₃·T₃                  c₂₁ = U₃ − P₄
/// S₄ = a₁₂ − S₂    T₄ = T₂ − b₂₁    P₄ = a₂₂·T₄                                c₂₂ = U₃ + P₅
/// </code>
/// Multiplying out shows that it is right: U₂ = P₁ + (a₂₁ + a₂₂ − a₁₁)(b₂₂ − b₁₂ + b₁₁), and the unwanted terms cancel in pairs.
/// </para>
/// <para>
/// There are three buffers of a quadrant each: X for the sums S, Y for the sums T, W for U₂ and U₃. The accumulating product computes P₁ +
/// P₆ and U₂ + P₇, and terms of several quadrants are added to them tile by tile while the tile is in level 1
/// (<see cref="QuadrantWriter{T}"/>): none of the seven sums U needs a separate pass.
/// </para>
/// <para>
/// Odd sizes: the first halves are one larger, and the elements that the second halves lack count as zeros, without a copy. Forming the
/// sums while the operands are packed was no faster, nor was computing the border of odd sizes separately
/// (perf/results/zen5/512/strassen.md).
/// </para>
/// </remarks>
internal static unsafe class StrassenWinograd
{
    /// <summary>See <see cref="LevelsThatPay"/>.</summary>
    internal const int Crossover = 1536;

    /// <summary>A third would gain at most a seventh again, and double the errors.</summary>
    private const int MostLevelsThatPay = 2;

    /// <summary>C = A·B (+ C) (+ bias) on the given number of levels, or on as many as are faster.</summary>
    internal static void Run<T>(in MatrixProduct<T> x, int levels, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        threads = int.Min(threads, Parallelism.MaxThreads);
        levels = PossibleLevels(x, levels == MatMulAlgorithm.Automatic ? LevelsThatPay(x) : levels);
        if (levels == 0)
        {
            Run(x, levels, threads, null);
            return;
        }

        // The memory is allocated before anything is written: if that fails, C is unchanged.
        T* free = StrassenBuffer<T>.Rent(BufferLength(x, levels));
        if (x.Bias == null)
        {
            Run(x, levels, threads, free);
            return;
        }

        Run(x.OnBias(), levels, threads, free);
    }

    /// <summary>
    /// The number of levels, limited by the number of times the matrices can be divided and by the length of an array for the buffers.
    /// </summary>
    internal static int PossibleLevels<T>(in MatrixProduct<T> x, int levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int cuts = 0;
        for (nint least = nint.Min(x.M, nint.Min(x.N, x.K)); least > 1 && cuts < levels; least = (least + 1) / 2)
        {
            cuts++;
        }

        levels = cuts;
        while (levels > 0 && BufferLength(x, levels) > StrassenBuffer<T>.Most)
        {
            levels--;
        }

        return levels;
    }

    /// <summary>The number of levels up to which one more level saves time.</summary>
    /// <remarks>
    /// A level saves an eighth of mnk multiply-adds, which take mnk / 8F seconds at F a second. Each of its sums reads two quadrants and
    /// writes one: four times in A and four in B, 12/4 · (mk + kn) elements, and six tiles are added to C, 12/4 · mn of which half is in
    /// the cache: at G elements a second it is faster if mnk / (mk + kn + mn) = 1 / (1/m + 1/n + 1/k) > 24F / G, a third of the harmonic
    /// mean. With 120 · 10⁹ multiply-adds and 8 · 10⁹ elements (32 GB/s) that is a mean of 1080. Measured, one level over none: 1024³
    /// 0.98–1.03, 1280³ 1.04–1.07, 1536³ 1.03–1.07, 2048³ 1.05–1.09; two threads, which share the memory, 1536³ 0.96–0.98, 1792³ 1.05,
    /// 2048³ 1.05–1.09. Two levels over one: 2048³ 0.97, 2560³ 1.04, 3072³ 1.0–1.03, 4096³ 1.07 (AMD Zen 5, 2 virtual cores, November 2026:
    /// perf/results/zen5/512/strassen.md).
    /// </remarks>
    internal static int LevelsThatPay<T>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.M == 0 || x.N == 0 || x.K == 0)
        {
            return 0;
        }

        int levels = 0;
        for (double size = 3 / ((1.0 / x.M) + (1.0 / x.N) + (1.0 / x.K)); size >= Crossover && levels < MostLevelsThatPay; size /= 2)
        {
            levels++;
        }

        return levels;
    }

    private static bool IsTooSmall<T>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => nint.Min(x.M, nint.Min(x.N, x.K)) < 2;

    /// <summary>The number of elements of the three buffers of all levels.</summary>
    internal static nint BufferLength<T>(in MatrixProduct<T> x, int levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint length = 0, m = x.M, n = x.N, k = x.K;
        for (; levels > 0; levels--)
        {
            (m, n, k) = ((m + 1) / 2, (n + 1) / 2, (k + 1) / 2);
            length += x.A.ColumnStride == 1 ? Submatrix<T>.SizeOf(m, k) : Submatrix<T>.SizeOf(k, m);
            length += x.B.ColumnStride == 1 ? Submatrix<T>.SizeOf(k, n) : Submatrix<T>.SizeOf(n, k);
            length += Submatrix<T>.SizeOf(m, n);
        }

        return length;
    }

    private static void Run<T>(in MatrixProduct<T> x, int levels, int threads, T* free)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (levels > 0 && !IsTooSmall(x))
        {
            SevenProducts(x, levels, threads, free);
            if (x.Epilogue.Function != null)
            {
                RowParallel<T>.Run(x.Epilogue, AsItLies(x.C, x.M, x.N), threads);
            }
        }
        else
        {
            ProductRoute.Run(x, threads);
        }
    }

    private static void SevenProducts<T>(in MatrixProduct<T> x, int levels, int threads, T* free)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool transposeA = x.A.ColumnStride != 1, transposeB = x.B.ColumnStride != 1;
        Quadrants<T> a = new(AsItLies(x.A, x.M, x.K), transposeA);
        Quadrants<T> b = new(AsItLies(x.B, x.K, x.N), transposeB);
        Quadrants<T> c = new(AsItLies(x.C, x.M, x.N), isTransposed: false);
        Submatrix<T> s = Submatrix<T>.Take(ref free, a.Q11.Rows, a.Q11.Columns);
        Submatrix<T> t = Submatrix<T>.Take(ref free, b.Q11.Rows, b.Q11.Columns);
        Submatrix<T> w = Submatrix<T>.Take(ref free, c.Q11.Rows, c.Q11.Columns);
        var next = new Level<T> { TransposeA = transposeA, TransposeB = transposeB, Levels = levels - 1, Threads = threads, Free = free };
        bool adds = x.Accumulate;

        PaddedSum<T>.Add(a.Q21, a.Q22, s, threads);
        PaddedSum<T>.Subtract(b.Q12, b.Q11, t, threads);
        next.Multiply(s, t, w, false, new(adds, c.Q12, c.Q22)); // P₅
        PaddedSum<T>.Subtract(s, a.Q11, s, threads);
        PaddedSum<T>.Subtract(b.Q22, t, t, threads);
        next.Multiply(a.Q11, b.Q11, w, false, new(adds, c.Q11)); // P₁
        next.Multiply(a.Q12, b.Q21, c.Q11, true); // P₂
        next.Multiply(s, t, w, true, new(true, c.Q12)); // U₂
        PaddedSum<T>.Subtract(a.Q12, s, s, threads);
        next.Multiply(s, b.Q22, c.Q12, true); // P₃
        PaddedSum<T>.Subtract(b.Q21, t, t, threads);
        next.Multiply(a.Q22, t, c.Q21, adds); // −P₄
        PaddedSum<T>.Subtract(a.Q11, a.Q21, s, threads);
        PaddedSum<T>.Subtract(b.Q22, b.Q12, t, threads);
        next.Multiply(s, t, w, true, new(true, c.Q21, c.Q22)); // U₃
    }

    /// <summary>An operand of op() as it is stored in memory, row by row.</summary>
    private static Submatrix<T> AsItLies<T>(in MatrixOperand<T> x, nint rows, nint columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.ColumnStride == 1
        ? new() { Pointer = x.Pointer, RowStride = x.RowStride, Rows = rows, Columns = columns }
        : new() { Pointer = x.Pointer, RowStride = x.ColumnStride, Rows = columns, Columns = rows };

    /// <summary>The context that the products of one level share.</summary>
    private struct Level<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal bool TransposeA;
        internal bool TransposeB;
        internal int Levels;
        internal int Threads;
        internal T* Free;

        /// <summary>c = op(a)·op(b) (+ c), with the rows, columns and terms that all have in common.</summary>
        internal readonly void Multiply(
            in Submatrix<T> a, in Submatrix<T> b, in Submatrix<T> c, bool accumulate, QuadrantWriter<T> writer) =>
            Multiply(a, b, c, accumulate, QuadrantWriter<T>.EpilogueOf(&writer));

        internal readonly void Multiply(
            in Submatrix<T> a, in Submatrix<T> b, in Submatrix<T> c, bool accumulate, in Epilogue<T> epilogue = default)
        {
            MatrixProduct<T> product = new()
            {
                A = MatrixOperand<T>.RowMajor(a.Pointer, a.RowStride, TransposeA),
                B = MatrixOperand<T>.RowMajor(b.Pointer, b.RowStride, TransposeB),
                C = MatrixOperand<T>.RowMajor(c.Pointer, c.RowStride),
                M = c.Rows,
                N = c.Columns,
                K = nint.Min(TransposeA ? a.Rows : a.Columns, TransposeB ? b.Columns : b.Rows),
                Accumulate = accumulate,
                Epilogue = epilogue,
            };
            Run(product, Levels, Threads, Free);
        }
    }
}
