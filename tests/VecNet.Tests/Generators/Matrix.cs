using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>A generated matrix: its shape, the gap after each row where it is laid out strided, and the seed of its values.</summary>
/// <remarks>Views are ref structs, which no generator can return: a property makes its views from this recipe.</remarks>
public sealed record Matrix<T, TValues>(MatrixShape Shape, int Gap, ulong Seed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TValues : struct, IValues
{
    public int Rows => Shape.Rows;

    public int Columns => Shape.Columns;

    /// <summary>The matrix in aligned memory of its own, without gaps.</summary>
    public TensorBuffer<T> Owned()
    {
        var buffer = new TensorBuffer<T>(Rows, Columns);
        Fill(buffer.View, Seed);
        return buffer;
    }

    /// <summary>The same elements inside a larger buffer, between canaries.</summary>
    public StridedMatrix<T> Strided()
    {
        var matrix = new StridedMatrix<T>(Rows, Columns, Gap);
        Fill(matrix.View, Seed);
        return matrix;
    }

    /// <summary>A further matrix of another shape or content, from a seed derived from this one's.</summary>
    public Matrix<T, TValues> Another(int rows, int columns, int number = 1) =>
        new(new(rows, columns), Gap, Seed + ((ulong)number * 0x5851F42D4C957F2D));

    /// <summary>Fills a view with this kind of values.</summary>
    public static void Fill(TensorView<T> view, ulong seed)
    {
        var random = new Seeded(seed);
        for (int row = 0; row < view.Rows; row++)
        {
            foreach (ref T element in view.Row(row))
            {
                element = TValues.Next<T>(ref random);
            }
        }
    }

    public static Arbitrary<Matrix<T, TValues>> Arbitrary() => Arb.From(
        from shape in MatrixShape.Any(Unsafe.SizeOf<T>())
        from gap in Gen.Elements(0, 1, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Matrix<T, TValues>(shape, gap, (ulong)seed),
        Shrink);

    public override string ToString() =>
        $"{typeof(T).Name} {typeof(TValues).Name} {Shape}, gap {Gap}, seed {Seed}: {Owned().View.ToString()}";

    private static IEnumerable<Matrix<T, TValues>> Shrink(Matrix<T, TValues> matrix)
    {
        if (matrix.Gap > 0)
        {
            yield return matrix with { Gap = 0 };
        }

        foreach (MatrixShape shape in MatrixShape.Shrink(matrix.Shape))
        {
            yield return matrix with { Shape = shape };
        }
    }
}
