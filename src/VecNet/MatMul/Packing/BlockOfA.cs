using System.Numerics;

namespace VecNet;

/// <summary>The block of A that the tiles read: in place or, if it is transposed and large, packed row by row.</summary>
/// <remarks>
/// The columns of a transposed A are a row stride apart: large strides that are powers of two map to the same sets of the cache. An A that
/// is not transposed is read in place: packing it lost 2 % at 1024³ and 2048³.
/// </remarks>
internal readonly unsafe struct BlockOfA<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MatrixOperand<T> operand;
    private readonly bool isPacked;
    private readonly nint packedRowStride;

    internal BlockOfA(in MatrixProduct<T> x, nint mc, nint kc)
    {
        operand = x.A;
        isPacked = IsWorthPacking(x);
        packedRowStride = kc + Blocking.Padding;
        Length = isPacked ? Blocking.RoundUp(mc * packedRowStride, PackingBuffer<T>.Page) : 0;
    }

    /// <summary>The number of elements of the packing buffer.</summary>
    internal readonly nint Length;

    /// <summary>
    /// Whether A is transposed, and either too large to be read in place or with rows that map to the same sets of the cache.
    /// </summary>
    internal static bool IsWorthPacking(in MatrixProduct<T> x) => x.A.ColumnStride != 1 && x.N >= Blocking.ColumnsWorthPacking
        && (x.M * x.K * sizeof(T) > Blocking.Of<T>().UnpackedA
            || (x.K > Blocking.Of<T>().RowsPerSet && x.A.ColumnStride * sizeof(T) % Blocking.Of<T>().SetDistance == 0));

    /// <summary>The block of rows × terms elements from (row, term) on, which is packed into the buffer where that pays.</summary>
    internal MatrixOperand<T> Block<TVector>(T* buffer, nint row, nint term, nint rows, nint terms)
        where TVector : struct, IVector<TVector, T>
    {
        T* block = operand.At(row, term);
        if (!isPacked)
        {
            return new(block, operand.RowStride, operand.ColumnStride);
        }

        Packing.Transpose<T, TVector>(block, operand.ColumnStride, terms, rows, buffer, packedRowStride);
        return new(buffer, packedRowStride, 1);
    }
}
