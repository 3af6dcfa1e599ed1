using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The route of a product, decided once in this order: how many threads, how wide the vectors, which strategy.</summary>
/// <remarks>
/// An algorithm other than the classical one (<see cref="StrassenWinograd"/>) precedes it and sends each of its products here.
/// </remarks>
internal static unsafe class ProductRoute
{
    /// <summary>
    /// The number of terms up to which a single chain costs no more than the other strategies: 64 multiply-adds of a chain take 70 ns.
    /// </summary>
    private const int ShortSum = 64;

    /// <summary>
    /// The number of multiply-adds up to which transposing does not pay: 32³ takes 300 ns, transposing and scattering most of that.
    /// </summary>
    private const int SmallWork = 32 * 32 * 32;

    /// <summary>
    /// The number of multiply-adds up to which a matrix times a vector is left to the tiles, which start sooner: 2 × 2 takes 10 ns instead
    /// of 17.
    /// </summary>
    private const int TinyWork = 32;

    /// <summary>
    /// C = A·B (+ C) (+ bias) on at most the given number of threads: by <see cref="ParallelProduct{T}"/> where several pay.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T>(in MatrixProduct<T> x, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (threads == 1 || !ParallelProduct<T>.TryRun(x, threads))
        {
            RunOnThisThread(x);
        }
    }

    /// <summary>The same on the caller's thread, with the widest vectors that the machine has.</summary>
    internal static void RunOnThisThread<T>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var routine = new Routine<T>(in x);
        VectorDispatch.Run<T, Routine<T>>(ref routine);
    }

    /// <summary>The same with the given vectors, by the strategy that is chosen for them.</summary>
    /// <remarks>The sums start from the bias. Where they start from C already, the bias goes into C first.</remarks>
    internal static void Run<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        ProductStrategy strategy = Choose<T, TVector>(x);
        if (x.Bias != null && (x.Accumulate || strategy == ProductStrategy.Transposed))
        {
            RunOnBias<T, TVector>(x, strategy);
        }
        else
        {
            Run<T, TVector>(x, strategy);
        }
    }

    /// <summary>Chooses the strategy; conditions and reasons are documented at each <see cref="ProductStrategy"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ProductStrategy Choose<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        x.M == 0 || x.N == 0 ? ProductStrategy.None
        : FitsOneVector<T, TVector>(x) ? ProductStrategy.OneVector
        : IsOuter<T, TVector>(x) ? ProductStrategy.Outer
        : HasOneVector<T, TVector>(x) ? ProductStrategy.VectorMatrix
        : IsFasterTransposed<T, TVector>(x) ? ProductStrategy.Transposed
        : IsTooNarrow<T, TVector>(x.N) ? ProductStrategy.Elements
        : IsRestFasterTransposed<T, TVector>(x) ? ProductStrategy.FullVectorsAndRest
        : NeedsNoBlocks(x) ? ProductStrategy.Unpacked
        : ProductStrategy.Blocked;

    /// <summary>Computes the product. A strategy finishes C block by block, or leaves that to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<T, TVector>(in MatrixProduct<T> x, ProductStrategy strategy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        switch (strategy)
        {
            case ProductStrategy.OneVector:
                OneVectorProduct.Run<T, TVector>(x);
                x.Finish();
                break;
            case ProductStrategy.Outer:
                OuterProduct.Run<T, TVector>(x);
                break;
            case ProductStrategy.VectorMatrix:
                VectorMatrixProduct.Run<T, TVector>(x);
                x.Finish();
                break;
            case ProductStrategy.Transposed:
                RunTransposed<T, TVector>(x);
                x.Finish();
                break;
            case ProductStrategy.Elements:
                Run<T, Scalar<T>>(x);
                break;
            case ProductStrategy.FullVectorsAndRest:
                RunFullVectorsAndRest<T, TVector>(x);
                break;
            case ProductStrategy.Unpacked:
                UnpackedProduct.Run<T, TVector>(x);
                break;
            case ProductStrategy.Blocked:
                Loops5To2<T, TVector>.Run(x);
                break;
        }
    }

    // Code that copies a product is in other methods, so that a small product does not execute it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOnBias<T, TVector>(in MatrixProduct<T> x, ProductStrategy strategy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => Run<T, TVector>(x.OnBias(), strategy);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunTransposed<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => Loops5To2<T, TVector>.Run(x.Transposed);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunFullVectorsAndRest<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint rest = x.N % TVector.Count;
        Run<T, TVector>(x.Columns(0, x.N - rest));
        Run<T, TVector>(x.Columns(x.N - rest, rest));
    }

    private static bool FitsOneVector<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.HasMaskedAccess && x.M == 1 && x.N < TVector.Count && x.K <= ShortSum && x.B.ColumnStride == 1 && x.C.ColumnStride == 1;

    private static bool IsOuter<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        x.K == 1 && x.M > 1 && x.N >= TVector.Count && x.B.ColumnStride == 1 && x.C.ColumnStride == 1;

    private static bool HasOneVector<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        x.N == 1 ? x.B.ColumnStride != 1 || x.M * x.K > TinyWork
        : x.M == 1 && (x.B.ColumnStride != 1 || x.N >= 4 * TVector.Count);

    private static bool IsTooNarrow<T, TVector>(nint elements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => elements < TVector.Count && !TVector.HasMaskedAccess && TVector.Count > 1;

    private static bool IsFasterTransposed<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => IsFasterTransposed<T, TVector>(x, x.N);

    /// <summary>Whether <paramref name="n"/> columns of the product are computed faster as rows of the transposed product.</summary>
    private static bool IsFasterTransposed<T, TVector>(in MatrixProduct<T> x, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if ((n >= 4 * TVector.Count && x.B.ColumnStride == 1) || x.M * n * x.K <= SmallWork || x.C.ColumnStride != 1
            || IsTooNarrow<T, TVector>(x.M))
        {
            return false;
        }

        // In half cycles: the multiply-add of a vector takes one, the transposition of an element 0.7.
        nint passes = (x.K + Blocking.Of<T>().Kc - 1) / Blocking.Of<T>().Kc * 2;
        nint asItStands = (x.M * Vectors<T, TVector>(n) * x.K) + (x.B.ColumnStride == 1 ? 0 : Transposing(n * x.K));
        nint transposed = (n * Vectors<T, TVector>(x.M) * x.K) + (x.A.RowStride == 1 ? 0 : Transposing(x.M * x.K))
            + Transposing(x.M * n * passes);
        return transposed < asItStands;
    }

    private static bool IsRestFasterTransposed<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint rest = x.N % TVector.Count;
        return rest != 0 && x.N >= TVector.Count && x.A.RowStride == 1 && x.M * x.K * sizeof(T) <= Caches.SizeOfLevel2
            && IsFasterTransposed<T, TVector>(x, rest);
    }

    private static bool NeedsNoBlocks<T>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.K <= Blocking.Of<T>().Kc && x.M * x.K * sizeof(T) <= Caches.SizeOfLevel2
        && !BlockOfB<T>.IsWorthPacking(x) && !BlockOfA<T>.IsWorthPacking(x);

    private static nint Vectors<T, TVector>(nint elements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => (elements + TVector.Count - 1) / TVector.Count;

    private static nint Transposing(nint elements) => elements * 7 / 10;

    private readonly ref struct Routine<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ref readonly MatrixProduct<T> product;

        internal Routine(ref readonly MatrixProduct<T> x) => product = ref x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => ProductRoute.Run<T, TVector>(product);
    }
}
