using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Which strategy a product takes, at every width of vectors; and that the suites on bits and epilogues come by all of them.
/// </summary>
public abstract unsafe class MatMulRouteTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void The_first_strategy_whose_condition_holds_is_taken()
    {
        AssertTable<Scalar<T>>();
        AssertTable<Portable<T>>();
        if (Machine.Has512)
        {
            AssertTable<Wide512<T>>();
        }
    }

    /// <summary>
    /// A machine has either masked vectors for short rows, or takes their elements; a rest of columns pays where a vector has four elements
    /// or more.
    /// </summary>
    [Fact]
    public void The_tests_of_bits_and_epilogues_take_every_strategy()
    {
        (HashSet<ProductStrategy> taken, int count) = Machine.Has512 ? (Taken<Wide512<T>>(), Wide512<T>.Count)
            : Machine.HasVectors ? (Taken<Portable<T>>(), Portable<T>.Count)
            : (Taken<Scalar<T>>(), 1);
        HashSet<ProductStrategy> expected = [.. Enum.GetValues<ProductStrategy>()];
        expected.Remove(taken.Contains(ProductStrategy.Elements) ? ProductStrategy.OneVector : ProductStrategy.Elements);
        if (count < 4)
        {
            expected.Remove(ProductStrategy.FullVectorsAndRest);
        }

        if (count == 1)
        {
            expected.ExceptWith([ProductStrategy.OneVector, ProductStrategy.Transposed]);
        }

        Assert.Empty(expected.Except(taken));
    }

    private static void AssertTable<TVector>()
        where TVector : struct, IVector<TVector, T>
    {
        int count = TVector.Count, narrow = int.Max(count - 1, 1);
        AssertTaken<TVector>(ProductStrategy.None, 0, 5, 3);
        AssertTaken<TVector>(ProductStrategy.None, 5, 0, 3);
        AssertTaken<TVector>(ProductStrategy.Outer, 2, count, 1);
        AssertTaken<TVector>(ProductStrategy.VectorMatrix, 33, 1, 7);
        AssertTaken<TVector>(ProductStrategy.VectorMatrix, 1, 1, 7, Orientation.TransposeB);
        AssertTaken<TVector>(ProductStrategy.VectorMatrix, 1, 4 * count, 7);
        AssertTaken<TVector>(ProductStrategy.Unpacked, 7, 4 * count, 0);
        AssertTaken<TVector>(ProductStrategy.Unpacked, 7, 4 * count, Blocking.Of<T>().Kc);
        AssertTaken<TVector>(ProductStrategy.Blocked, 7, 4 * count, Blocking.Of<T>().Kc + 1);
        AssertTaken<TVector>(ProductStrategy.Unpacked, 1, count + 1, 64);
        if (count >= 4)
        {
            AssertTaken<TVector>(TVector.HasMaskedAccess ? ProductStrategy.OneVector : ProductStrategy.Elements, 1, narrow, 64);
            AssertTaken<TVector>(TVector.HasMaskedAccess ? ProductStrategy.Unpacked : ProductStrategy.Elements, 1, narrow, 65);
            AssertTaken<TVector>(TVector.HasMaskedAccess ? ProductStrategy.Unpacked : ProductStrategy.Elements, 3, narrow, 5);
            AssertTaken<TVector>(ProductStrategy.Transposed, 64 * count, 2, 128, Orientation.TransposeA);
            AssertTaken<TVector>(ProductStrategy.Unpacked, 64 * count, 4 * count, 32, Orientation.TransposeA);
        }

        if (count >= 8)
        {
            int k = (33_000 / (64 * count)) + 1;
            AssertTaken<TVector>(ProductStrategy.FullVectorsAndRest, 64 * count, (4 * count) + 1, k, Orientation.TransposeA);
        }
    }

    private static void AssertTaken<TVector>(ProductStrategy expected, int m, int n, int k, Orientation orientation = Orientation.Plain)
        where TVector : struct, IVector<TVector, T> =>
        Assert.Equal((typeof(TVector).Name, m, n, k, expected), (typeof(TVector).Name, m, n, k, Choose<TVector>(m, n, k, orientation)));

    private static HashSet<ProductStrategy> Taken<TVector>()
        where TVector : struct, IVector<TVector, T> =>
        [.. MatMulEpilogueTests<T>.Shapes.Concat(MatMulBitTests<T>.BlockedShapes).Select(row => row.Data)
            .Select(shape => Choose<TVector>(shape.Item1, shape.Item2, shape.Item3, shape.Item4))];

    private static ProductStrategy Choose<TVector>(int m, int n, int k, Orientation orientation)
        where TVector : struct, IVector<TVector, T> => ProductRoute.Choose<T, TVector>(new()
        {
            M = m,
            N = n,
            K = k,
            A = MatrixOperand<T>.RowMajor(null, orientation == Orientation.TransposeA ? m : k, orientation == Orientation.TransposeA),
            B = MatrixOperand<T>.RowMajor(null, orientation == Orientation.TransposeB ? k : n, orientation == Orientation.TransposeB),
            C = MatrixOperand<T>.RowMajor(null, n),
        });
}

public sealed class MatMulFloatRouteTests : MatMulRouteTests<float>;

public sealed class MatMulDoubleRouteTests : MatMulRouteTests<double>;
