using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Products with a single term, cᵢⱼ = aᵢ·bⱼ: the gradient of weights for one sample. They do nothing but write C (or change what an epilogue changes), so memory is passed in its own order.</summary>
internal static unsafe class OuterProduct
{
    /// <summary>Elements at a time: what the epilogue finds in level 1 of the cache, 8 or 16 KB.</summary>
    private const int Chunk = 2048;

    /// <summary>Part of a row by part of a row, or some short rows at a time. Each element takes the operation that it takes in <see cref="MicroKernel"/>.</summary>
    internal static void Run<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* scratch = x.Epilogue.IsAll ? PackingBuffer<T>.Rent(Chunk) : null;
        nint width = nint.Min(x.N, Chunk), height = Chunk / width;
        for (nint i = 0; i < x.M; i += height)
        {
            for (nint j = 0; j < x.N; j += width)
            {
                FinishedPart<T> part = new() { Row = i, Column = j, Rows = nint.Min(height, x.M - i), Columns = nint.Min(width, x.N - j) };
                part.C = scratch == null ? x.C + (i * x.CRow) + j : scratch;
                part.CRow = scratch == null ? x.CRow : part.Columns;
                Compute<T, TVector>(x, part);
                if (x.Epilogue.Function != null)
                {
                    part.Row += x.FirstRow;
                    part.Column += x.FirstColumn;
                    x.Epilogue.Function(x.Epilogue.Context, part);
                }
            }
        }
    }

    private static void Compute<T, TVector>(in Product<T> x, in FinishedPart<T> part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* b = x.B + part.Column;
        for (nint row = 0; row < part.Rows; row++)
        {
            T* c = part.C + (row * part.CRow);
            T* start = x.Accumulate ? c : x.Bias == null ? null : x.Bias + part.Column;
            T a = x.A[(part.Row + row) * x.ARow];
            nint done = Row<T, TVector>(a, b, start, c, 0, part.Columns);
            if (done < part.Columns)
            {
                Row<T, Scalar<T>>(a, b, start, c, done, part.Columns);
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
