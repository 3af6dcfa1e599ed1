using System.Numerics;
using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>A number of rows or columns, chosen where loops end: 0, 1, a vector ± 1, a tile ± 1, and now and then about 70.</summary>
public readonly record struct Size(int Value)
{
    /// <summary>Sizes at which a kernel for elements of <paramref name="elementBytes"/> bytes changes its path.</summary>
    public static Gen<int> Interesting(int elementBytes)
    {
        int narrow = Vector<byte>.Count / elementBytes;
        int wide = Vector512<byte>.Count / elementBytes;
        int[] vectors = [narrow - 1, narrow, narrow + 1, wide - 1, wide, wide + 1];
        int[] tiles = [3, 4, 5, 6, 7, 11, 12, 13, (3 * wide) + 1, (4 * wide) - 1, 4 * wide, (4 * wide) + 1];
        return Gen.Frequency(
            (1, Gen.Constant(0)),
            (3, Gen.Constant(1)),
            (8, Gen.Choose(2, 20)),
            (6, Gen.Elements(vectors)),
            (4, Gen.Elements(tiles)),
            (1, Gen.Choose(65, 75)));
    }

    /// <summary>Smaller sizes, boldest first.</summary>
    public static IEnumerable<int> Shrink(int size)
    {
        if (size > 1)
        {
            yield return 1;
        }

        if (size > 3)
        {
            yield return size / 2;
        }

        if (size > 0)
        {
            yield return size - 1;
        }
    }

    public override string ToString() => $"{Value}";
}

/// <summary>Rows × columns of a matrix.</summary>
public readonly record struct MatrixShape(int Rows, int Columns)
{
    public static Gen<MatrixShape> Any(int elementBytes) =>
        from rows in Size.Interesting(elementBytes)
        from columns in Size.Interesting(elementBytes)
        select new MatrixShape(rows, columns);

    public static IEnumerable<MatrixShape> Shrink(MatrixShape shape) =>
        Size.Shrink(shape.Rows).Select(rows => shape with { Rows = rows })
            .Concat(Size.Shrink(shape.Columns).Select(columns => shape with { Columns = columns }));

    public override string ToString() => $"{Rows}×{Columns}";
}
