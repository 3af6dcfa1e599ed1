using System.Numerics;

namespace VecNet.Tests;

/// <summary>One NaN or infinity among zeros reaches the elements that the plain loop would give it to, and no other.</summary>
/// <remarks>
/// Zero times it is NaN: a product that skips zeros misses it, a product whose unused lanes or rows run into others' spreads it. Single
/// rows and columns, one term, and every column and row of the remainders.
/// </remarks>
public abstract class MatMulSpecialValueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 63, 65];
    private static readonly int[] OtherLengths = [1, 2, 5, 7, 13, 17];
    private static readonly T[] Specials = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];

    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_A_makes_its_row_NaN(Orientation orientation) => ForEachPlace((m, n, k, i, p, special) =>
    {
        ProductOperands<T> x = Zeros(m, n, k, orientation);
        (orientation == Orientation.TransposeA ? ref x.A.View[p, i] : ref x.A.View[i, p]) = special;
        AssertProduct(x, (row, _) => row == i ? T.NaN : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_B_makes_its_column_NaN(Orientation orientation) => ForEachPlace((n, m, k, j, p, special) =>
    {
        ProductOperands<T> x = Zeros(m, n, k, orientation);
        (orientation == Orientation.TransposeB ? ref x.B.View[j, p] : ref x.B.View[p, j]) = special;
        AssertProduct(x, (_, column) => column == j ? T.NaN : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_the_bias_stands_in_its_column(Orientation orientation) => ForEachPlace((n, m, k, j, p, special) =>
    {
        ProductOperands<T> x = Zeros(m, n, k, orientation);
        x.Bias!.View[0, j] = special;
        AssertProduct(x, (_, column) => column == j ? special : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_C_stays_where_it_is_when_added_to(Orientation orientation) => ForEachPlace((n, m, k, j, p, special) =>
    {
        ProductOperands<T> x = Zeros(m, n, k, orientation, accumulate: true);
        int i = p % m;
        x.C.View[i, j] = special;
        AssertProduct(x, (row, column) => row == i && column == j ? special : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void What_is_overwritten_is_not_read(Orientation orientation) => ForEachPlace((n, m, k, _, _, special) =>
    {
        ProductOperands<T> x = Zeros(m, n, k, orientation);
        x.C.View.Fill(special);
        AssertProduct(x, (_, _) => T.Zero);
    });

    /// <summary>Every place along one dimension of every length, at the first and the last term.</summary>
    private static void ForEachPlace(Action<int, int, int, int, int, T> test)
    {
        int number = 0;
        foreach (int length in Lengths)
        {
            foreach (int other in OtherLengths)
            {
                foreach (int k in new[] { 1, 2, 9 })
                {
                    for (int place = 0; place < length; place++)
                    {
                        test(length, other, k, place, number % 2 * (k - 1), Specials[number % 3]);
                        number++;
                    }
                }
            }
        }
    }

    private static ProductOperands<T> Zeros(int m, int n, int k, Orientation orientation, bool accumulate = false)
    {
        var product = new ProductCase<T>(m, n, k, orientation, accumulate, HasBias: true, 0, 1, 3, Seed: 0);
        return new(
            product,
            new(product.ShapeOfA.Rows, product.ShapeOfA.Columns, product.GapA),
            new(product.ShapeOfB.Rows, product.ShapeOfB.Columns, product.GapB),
            new(m, n, product.GapC),
            new(1, n, 0));
    }

    private static void AssertProduct(ProductOperands<T> x, Func<int, int, T> expected)
    {
        x.Multiply();
        for (int i = 0; i < x.C.Rows; i++)
        {
            for (int j = 0; j < x.C.Columns; j++)
            {
                if (!x.C.View[i, j].Equals(expected(i, j)))
                {
                    Assert.Fail($"{x.Case}: ({i}, {j}) is {x.C.View[i, j]}, expected {expected(i, j)}.");
                }
            }
        }
    }
}

public sealed class MatMulFloatSpecialValueTests : MatMulSpecialValueTests<float>;

public sealed class MatMulDoubleSpecialValueTests : MatMulSpecialValueTests<double>;
