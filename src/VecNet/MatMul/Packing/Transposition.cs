using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The use of each column of a matrix that <see cref="Transposition"/> returns as a vector.</summary>
internal unsafe interface IColumnUse<T, TVector>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct, IVector<TVector, T>
{
    static abstract void Use(ref TVector sum, T* at, TVector column);
}

/// <summary>The column is stored.</summary>
internal readonly unsafe struct StoreColumn<T, TVector> : IColumnUse<T, TVector>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct, IVector<TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Use(ref TVector sum, T* at, TVector column) => TVector.Store(column, at);
}

/// <summary>The column is multiplied by a number and added to a sum.</summary>
internal readonly unsafe struct AddColumn<T, TVector> : IColumnUse<T, TVector>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct, IVector<TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Use(ref TVector sum, T* at, TVector column) => TVector.AddProduct(ref sum, TVector.Factor(*at), column);
}

/// <summary>Transposes columns of a matrix into vectors in registers, with as many rows at a time as a vector has elements.</summary>
/// <remarks>
/// A lane of 128 bits holds 4 floats or 2 doubles. Of four vectors (of two, in double) x0 holds in lane l row lane·l, x1 row lane·l + 1, …:
/// each lane is a square block, and transposing the lanes in place leaves column c of all the rows in vector c.
/// </remarks>
internal static unsafe class Transposition
{
    /// <summary>
    /// As many columns as a lane has elements; column c is used at <paramref name="at"/> + c · <paramref name="stride"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void OfLane<T, TVector, TUse>(ref TVector sum, T* source, nint rowStride, T* at, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TUse : struct, IColumnUse<T, TVector>
    {
        nint distance = 16 / sizeof(T) * rowStride;
        TVector x0 = TVector.LoadLanes(source, distance), x1 = TVector.LoadLanes(source + rowStride, distance);
        if (sizeof(T) == 8)
        {
            Use<T, TVector, TUse>(ref sum, x0, x1, at, stride);
            return;
        }

        TVector x2 = TVector.LoadLanes(source + (2 * rowStride), distance), x3 = TVector.LoadLanes(source + (3 * rowStride), distance);
        Use<T, TVector, TUse>(ref sum, x0, x1, x2, x3, at, stride);
    }

    /// <summary>As many columns as a vector has elements, where a vector is as long as a cache line.</summary>
    /// <remarks>
    /// Each line is read once and as a whole: where the row stride is a power of two, as in most networks, lines would not stay in level 1
    /// for another read.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void OfLine<T, TVector, TUse>(ref TVector sum, T* source, nint rowStride, T* at, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TUse : struct, IColumnUse<T, TVector>
    {
        nint lane = 16 / sizeof(T), distance = lane * rowStride;
        TVector a0 = TVector.Load(source), a1 = TVector.Load(source + distance);
        TVector a2 = TVector.Load(source + (2 * distance)), a3 = TVector.Load(source + (3 * distance));
        TVector.TransposeLanes(ref a0, ref a1, ref a2, ref a3);
        source += rowStride;
        TVector b0 = TVector.Load(source), b1 = TVector.Load(source + distance);
        TVector b2 = TVector.Load(source + (2 * distance)), b3 = TVector.Load(source + (3 * distance));
        TVector.TransposeLanes(ref b0, ref b1, ref b2, ref b3);
        if (sizeof(T) == 8)
        {
            Use<T, TVector, TUse>(ref sum, a0, b0, at, stride);
            Use<T, TVector, TUse>(ref sum, a1, b1, at + (lane * stride), stride);
            Use<T, TVector, TUse>(ref sum, a2, b2, at + (2 * lane * stride), stride);
            Use<T, TVector, TUse>(ref sum, a3, b3, at + (3 * lane * stride), stride);
            return;
        }

        source += rowStride;
        TVector c0 = TVector.Load(source), c1 = TVector.Load(source + distance);
        TVector c2 = TVector.Load(source + (2 * distance)), c3 = TVector.Load(source + (3 * distance));
        TVector.TransposeLanes(ref c0, ref c1, ref c2, ref c3);
        source += rowStride;
        TVector d0 = TVector.Load(source), d1 = TVector.Load(source + distance);
        TVector d2 = TVector.Load(source + (2 * distance)), d3 = TVector.Load(source + (3 * distance));
        TVector.TransposeLanes(ref d0, ref d1, ref d2, ref d3);
        Use<T, TVector, TUse>(ref sum, a0, b0, c0, d0, at, stride);
        Use<T, TVector, TUse>(ref sum, a1, b1, c1, d1, at + (lane * stride), stride);
        Use<T, TVector, TUse>(ref sum, a2, b2, c2, d2, at + (2 * lane * stride), stride);
        Use<T, TVector, TUse>(ref sum, a3, b3, c3, d3, at + (3 * lane * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<T, TVector, TUse>(ref TVector sum, TVector x0, TVector x1, T* at, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TUse : struct, IColumnUse<T, TVector>
    {
        TUse.Use(ref sum, at, TVector.JoinLow(x0, x1));
        TUse.Use(ref sum, at + stride, TVector.JoinHigh(x0, x1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Use<T, TVector, TUse>(ref TVector sum, TVector x0, TVector x1, TVector x2, TVector x3, T* at, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TUse : struct, IColumnUse<T, TVector>
    {
        TVector low01 = TVector.InterleaveLow(x0, x1), high01 = TVector.InterleaveHigh(x0, x1);
        TVector low23 = TVector.InterleaveLow(x2, x3), high23 = TVector.InterleaveHigh(x2, x3);
        TUse.Use(ref sum, at, TVector.JoinLow(low01, low23));
        TUse.Use(ref sum, at + stride, TVector.JoinHigh(low01, low23));
        TUse.Use(ref sum, at + (2 * stride), TVector.JoinLow(high01, high23));
        TUse.Use(ref sum, at + (3 * stride), TVector.JoinHigh(high01, high23));
    }
}
