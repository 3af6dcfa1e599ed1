using System.Numerics;

namespace VecNet;

/// <summary>The block of A that the tiles read: where it lies, or, if it is transposed and large, packed row by row.</summary>
/// <remarks>
/// A transposed A has its columns a row stride apart: large strides that are powers of two fall into the same sets of the cache. A that
/// is not transposed is read where it lies: packing it lost 2 % at 1024³ and 2048³.
/// </remarks>
internal readonly unsafe struct BlockOfA<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Product<T> product;
    private readonly bool isPacked;

    internal BlockOfA(in Product<T> x, nint mc, nint kc)
    {
        product = x;
        isPacked = IsWorthPacking(x);
        Row = isPacked ? kc + Blocking.Padding : x.ARow;
        Step = isPacked ? 1 : x.AStep;
        Room = isPacked ? Blocking.RoundUp(mc * Row, PackingBuffer<T>.Page) : 0;
    }

    /// <summary>Elements of the packing buffer.</summary>
    internal nint Room { get; }

    internal nint Row { get; }

    internal nint Step { get; }

    /// <summary>Whether A is transposed, and too large to be read where it lies or with rows that fall into the same sets of the cache.</summary>
    internal static bool IsWorthPacking(in Product<T> x) => x.AStep != 1 && x.N >= Blocking.ColumnsWorthPacking
        && (x.M * x.K * sizeof(T) > Blocking.UnpackedA || (x.K > Blocking.RowsPerSet && x.AStep * sizeof(T) % Blocking.SetDistance == 0));

    /// <summary>The block from (row, term) on.</summary>
    internal T* Start<TVector>(T* room, nint row, nint term, nint rows, nint terms)
        where TVector : struct, IVector<TVector, T>
    {
        T* a = product.A + (row * product.ARow) + (term * product.AStep);
        if (!isPacked)
        {
            return a;
        }

        Packing.Transpose<T, TVector>(a, product.AStep, terms, rows, room, Row);
        return room;
    }
}

/// <summary>The block of B that the tiles read: where it lies, or, if it is transposed or large, packed panel by panel.</summary>
internal unsafe struct BlockOfB<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Product<T> product;
    private T* source;
    private T* packed;
    private nint k;
    private nint columns;

    internal BlockOfB(in Product<T> x, nint nc, nint kc)
    {
        product = x;
        IsPacked = x.BColumn != 1 || IsWorthPacking(x);
        Room = IsPacked ? Blocking.RoundUp(kc * nc, PackingBuffer<T>.Page) : 0;
    }

    internal bool IsPacked { get; }

    /// <summary>Elements of the packing buffer.</summary>
    internal nint Room { get; }

    /// <summary>Whether B, not transposed, is too large to be read where it lies, or its rows fall into the same sets of the cache.</summary>
    internal static bool IsWorthPacking(in Product<T> x) => x.M >= Blocking.RowsWorthPacking
        && (x.K * x.N * sizeof(T) > Blocking.Unpacked || (x.K > Blocking.RowsPerSet && x.BStep * sizeof(T) % Blocking.SetDistance == 0));

    /// <summary>Turns to the block from (term, column) on.</summary>
    internal void Start(T* room, nint term, nint column, nint terms, nint width)
    {
        source = product.B + (term * product.BStep) + (column * product.BColumn);
        packed = room;
        k = terms;
        columns = width;
    }

    /// <summary>Sets the job to the panel of its width from column <paramref name="j"/> on, which is packed when it is new.</summary>
    /// <returns>Whether the first tile has been computed on the way.</returns>
    internal readonly bool Take<TVector>(ref TileJob<T> job, nint j, nint rows, bool isNew)
        where TVector : struct, IVector<TVector, T>
    {
        nint width = job.Width;
        job.B = source + (j * product.BColumn);
        job.BStep = product.BStep;
        if (!IsPacked)
        {
            return false;
        }

        T* panel = packed + (j * k);
        bool copies = isNew && product.BColumn == 1 && Tiles.CanCopy<TVector, T>(width, rows);
        if (copies)
        {
            job.Copy = panel;
            Tiles.RunAndCopy<T, TVector>(job);
        }
        else if (isNew && product.BColumn == 1)
        {
            Packing.Copy<T, TVector>(job.B, product.BStep, k, width, panel, width);
        }
        else if (isNew)
        {
            Packing.Transpose<T, TVector>(job.B, product.BColumn, width, k, panel, width);
        }

        job.B = panel;
        job.BStep = width;
        return copies;
    }

    /// <summary>The memory that the panel from column <paramref name="j"/> on will be read from.</summary>
    internal readonly Ahead Next(nint j, nint width, bool isNew)
    {
        nint size = sizeof(T);
        if (j >= columns)
        {
            return default;
        }

        if (IsPacked && !isNew)
        {
            return new() { Row = (byte*)(packed + (j * k)), Stride = width * size, Bytes = width * size, Rows = k };
        }

        byte* b = (byte*)(source + (j * product.BColumn));
        return product.BColumn == 1
            ? new() { Row = b, Stride = product.BStep * size, Bytes = width * size, Rows = k }
            : new() { Row = b, Stride = product.BColumn * size, Bytes = k * size, Rows = width };
    }
}
