using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Products with a single term, cᵢⱼ = aᵢ·bⱼ: the gradient of weights for one sample.</summary>
/// <remarks>They only write C (or what an epilogue changes), so that they traverse C in memory order.</remarks>
internal static unsafe class OuterProduct
{
    /// <summary>The number of elements at a time, 8 or 16 KB, so that the epilogue finds them in level 1 of the cache.</summary>
    private const int Chunk = 2048;

    /// <summary>
    /// C is computed in pieces: a part of a long row, or several short rows. Each element is computed by the same operation as in
    /// <see cref="MicroKernel"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* scratch = x.Epilogue.DiscardsC ? PackingBuffer<T>.Rent(Chunk) : null;
        nint width = nint.Min(x.N, Chunk), height = Chunk / width;
        for (nint i = 0; i < x.M; i += height)
        {
            for (nint j = 0; j < x.N; j += width)
            {
                nint rows = nint.Min(height, x.M - i), columns = nint.Min(width, x.N - j);
                T* c = scratch == null ? x.C.Pointer + (i * x.C.RowStride) + j : scratch;
                nint stride = scratch == null ? x.C.RowStride : columns;
                Compute<T, TVector>(x, i, j, rows, columns, c, stride);
                x.Epilogue.Invoke(c, stride, x.FirstRow + i, x.FirstColumn + j, rows, columns);
            }
        }
    }

    /// <summary>The block of C from (row, column) on, which is written to <paramref name="c"/>.</summary>
    private static void Compute<T, TVector>(in MatrixProduct<T> x, nint row, nint column, nint rows, nint columns, T* c, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* b = x.B.Pointer + column;
        for (nint i = 0; i < rows; i++, c += stride)
        {
            T* start = x.Accumulate ? c : x.Bias == null ? null : x.Bias + column;
            T a = x.A.Pointer[(row + i) * x.A.RowStride];
            nint done = Row<T, TVector>(a, b, start, c, 0, columns);
            if (done < columns)
            {
                Row<T, Scalar<T>>(a, b, start, c, done, columns);
            }
        }
    }

    /// <summary>c[j] = start[j] + a·b[j] for whole vectors from <paramref name="done"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Row<T, TVector>(T a, T* b, T* start, T* c, nint done, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector factor = TVector.Broadcast(a);
        TVector zero = TVector.Broadcast(T.Zero);
        nint j = done;
        for (; j + TVector.Count <= n; j += TVector.Count)
        {
            TVector.Store(TVector.MultiplyAdd(factor, TVector.Load(b + j), start == null ? zero : TVector.Load(start + j)), c + j);
        }

        return j;
    }
}
