using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>The generators that every property of this project uses; registered for the whole assembly.</summary>
public static class VecNetArbitraries
{
    public static Arbitrary<Size> Sizes() => Arb.From(
        Size.Interesting(sizeof(float)).Select(size => new Size(size)),
        size => Size.Shrink(size.Value).Select(smaller => new Size(smaller)));

    public static Arbitrary<MatrixShape> Shapes() => Arb.From(MatrixShape.Any(sizeof(float)), MatrixShape.Shrink);

    public static Arbitrary<Matrix<T, TValues>> Matrices<T, TValues>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TValues : struct, IValues => Matrix<T, TValues>.Arbitrary();

    public static Arbitrary<ProductCase<T>> Products<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ProductCase<T>.Arbitrary();
}
