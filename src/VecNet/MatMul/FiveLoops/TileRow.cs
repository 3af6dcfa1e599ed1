using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>One row of a tile of C, or of a panel of B: TWidth vectors, each of which the JIT keeps in a register.</summary>
/// <remarks>
/// Vector v covers the columns from v · Count on, but for the last of several, which starts at <c>last</c>: where it would reach beyond the
/// row, it is moved left until it ends with the row. Columns that two vectors share are then computed twice, with the same bits. A
/// single vector that the row does not fill is masked (<see cref="Masked"/>). At most four fields: the JIT does not split larger
/// structures.
/// </remarks>
internal unsafe struct TileRow<T, TVector, TWidth>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct, IVector<TVector, T>
    where TWidth : struct, ICount
{
    private TVector v0;
    private TVector v1;
    private TVector v2;
    private TVector v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Load(T* source, nint last, TVector mask)
    {
        v0 = TWidth.IsMasked ? TVector.LoadMasked(source, mask) : TVector.Load(source);
        if (TWidth.Value == 2) v1 = TVector.Load(source + last);
        if (TWidth.Value > 2) v1 = TVector.Load(source + TVector.Count);
        if (TWidth.Value == 3) v2 = TVector.Load(source + last);
        if (TWidth.Value > 3) v2 = TVector.Load(source + (2 * TVector.Count));
        if (TWidth.Value == 4) v3 = TVector.Load(source + last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Store(T* destination, nint last, TVector mask)
    {
        if (TWidth.IsMasked) TVector.StoreMasked(v0, destination, mask);
        else TVector.Store(v0, destination);
        if (TWidth.Value == 2) TVector.Store(v1, destination + last);
        if (TWidth.Value > 2) TVector.Store(v1, destination + TVector.Count);
        if (TWidth.Value == 3) TVector.Store(v2, destination + last);
        if (TWidth.Value > 3) TVector.Store(v2, destination + (2 * TVector.Count));
        if (TWidth.Value == 4) TVector.Store(v3, destination + last);
    }

    /// <summary>Prefetches a row that will be loaded soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(T* source)
    {
        Machine.Prefetch((byte*)source);
        if (TWidth.Value > 1) Machine.Prefetch((byte*)(source + TVector.Count));
        if (TWidth.Value > 2) Machine.Prefetch((byte*)(source + (2 * TVector.Count)));
        if (TWidth.Value > 3) Machine.Prefetch((byte*)(source + (3 * TVector.Count)));
    }

    /// <summary>this += a · b for one element of A and a row of B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MultiplyAdd(byte* a, in TileRow<T, TVector, TWidth> b)
    {
        TVector factor = TVector.Factor(*(T*)a);
        TVector.AddProduct(ref v0, factor, b.v0);
        if (TWidth.Value > 1) TVector.AddProduct(ref v1, factor, b.v1);
        if (TWidth.Value > 2) TVector.AddProduct(ref v2, factor, b.v2);
        if (TWidth.Value > 3) TVector.AddProduct(ref v3, factor, b.v3);
    }
}
