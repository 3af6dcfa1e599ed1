using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Loops 5 to 2 around the micro-kernel: columns by nc, terms by kc, rows by mc, then panels of nr columns. <see cref="Loop1"/> follows.
/// </summary>
/// <remarks>A transposed C is computed tile by tile in scratch memory and written from there.</remarks>
internal unsafe struct Loops5To2<T, TVector>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct, IVector<TVector, T>
{
    private MatrixProduct<T> x;
    private nint nr;
    private nint nc;
    private nint kc;
    private nint mc;

    /// <summary>
    /// Whether the rows of C are not contiguous, so that a column of tiles is computed in the scratch memory and transposed.
    /// </summary>
    private bool isScattered;

    /// <summary>Whether the operands do not fit into level 2 of the cache, so that data are prefetched.</summary>
    /// <remarks>
    /// With 16 registers nothing is: a tile reads more, and waits for the prefetches. They lost 2 to 4 % from 768³ to 1500³ on a Zen 3.
    /// </remarks>
    private bool prefetches;

    /// <summary>Whether a block of B is packed before its tiles are computed.</summary>
    private bool packsRows;

    private T* packed;
    private T* scratch;
    private BlockOfA<T> a;
    private BlockOfB<T> b;
    private TileJob<T> tile;

    /// <summary>Whether the sums start from C: the product is accumulated, or C holds the sums of earlier blocks of terms.</summary>
    private bool resumes;

    /// <remarks>
    /// The method is not inlined: it would enlarge the frame of <see cref="ProductRoute"/>, which costs small products time.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run(in MatrixProduct<T> product)
    {
        Loops5To2<T, TVector> loops = default;
        loops.x = product;
        loops.Start();
        loops.Loop5();
    }

    private void Start()
    {
        nr = Blocking.Vectors * TVector.Count;
        kc = nint.Clamp(x.K, 1, Blocking.Of<T>().Kc);
        packsRows = BlockOfB<T>.IsWorthPackingRows(x);
        nint most = packsRows ? Caches.SizeOfLevel2 / 2 / (kc * sizeof(T)) : Blocking.Of<T>().Nc;
        nc = nint.Min(x.N, Blocking.RoundUp(nint.Max(most, 2 * nr), nr));
        mc = Blocking.Even(x.M, Blocking.Of<T>().Mc, 24);
        a = new BlockOfA<T>(x, mc, kc);
        b = new BlockOfB<T>(x, nc, kc);
        isScattered = x.C.ColumnStride != 1;
        tile.ReusesScratchTile = x.Epilogue.DiscardsC && x.K <= kc;
        prefetches = Machine.Has32Registers && ((x.M * x.K) + (x.K * x.N) + (x.M * x.N)) * sizeof(T) > Caches.SizeOfLevel2;
        packed = PackingBuffer<T>.Rent(a.Length + b.Length + (isScattered ? mc * nr : tile.ReusesScratchTile ? Blocking.RowsOfCall * nr : 0));
        scratch = packed + a.Length + b.Length;
    }

    /// <summary>Loop 5: blocks of nc columns of B and C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop5()
    {
        for (nint jc = 0, columns; jc < x.N; jc += columns)
        {
            columns = Blocking.Cut(x.N - jc, nc, nr);
            Loop4(jc, columns);
        }
    }

    /// <summary>Loop 4: blocks of kc terms. Each starts a block of B, whose panels are packed when they are first read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop4(nint jc, nint columns)
    {
        for (nint pc = 0; pc == 0 || pc < x.K; pc += kc)
        {
            tile.K = nint.Min(kc, x.K - pc);
            tile.Epilogue = pc + kc >= x.K ? x.Epilogue : default;
            resumes = x.Accumulate || pc > 0;
            b.MoveTo(packed + a.Length, pc, jc, tile.K, columns);
            if (packsRows)
            {
                b.PackRows<TVector>();
            }

            Loop3(jc, pc, columns);
        }
    }

    /// <summary>Loop 3: blocks of mc rows. Each packs a block of A where that pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop3(nint jc, nint pc, nint columns)
    {
        for (nint ic = 0, rows; ic < x.M; ic += rows)
        {
            rows = nint.Min(mc, x.M - ic);
            Loop2(a.Block<TVector>(packed, ic, pc, rows, tile.K), jc, ic, columns, rows);
        }
    }

    /// <summary>Loop 2: panels of nr columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop2(MatrixOperand<T> aBlock, nint jc, nint ic, nint columns, nint rows)
    {
        bool isFirst = ic == 0 && !packsRows;
        bool usesScratch = isScattered || tile.ReusesScratchTile;
        for (nint jr = 0; jr < columns; jr += tile.Width)
        {
            tile.Width = Blocking.Cut(columns - jr, nr, TVector.Count);
            tile.A = aBlock;
            tile.Row = x.FirstRow + ic;
            tile.Column = x.FirstColumn + jc + jr;
            T* c = x.C.At(ic, jc + jr);
            tile.C = usesScratch ? scratch : c;
            tile.CRowStride = usesScratch ? tile.Width : x.C.RowStride;
            tile.Start = resumes ? tile.C : x.Bias == null ? null : x.Bias + jc + jr;
            tile.StartRowStride = resumes ? tile.CRowStride : 0;
            if (isScattered && resumes)
            {
                Packing.Transpose<T, TVector>(c, x.C.ColumnStride, tile.Width, rows, scratch, tile.Width);
            }

            nint done = 0;
            if (b.ReadPanel<TVector>(ref tile, jr, rows, isFirst))
            {
                done = Blocking.Mr(Blocking.Vectors);
                tile.Advance(done);
            }

            if (prefetches && done < rows)
            {
                nint next = jr + tile.Width;
                PrefetchRange panel = b.NextPanel(next, Blocking.Cut(columns - next, nr, TVector.Count), isFirst);
                Loop1.Run<T, TVector>(ref tile, rows - done, ref panel);
            }
            else if (done < rows)
            {
                Loop1.Run<T, TVector>(ref tile, rows - done);
            }

            if (isScattered)
            {
                Packing.Transpose<T, TVector>(scratch, tile.Width, rows, tile.Width, c, x.C.ColumnStride);
            }
        }
    }
}
