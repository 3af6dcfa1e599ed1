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
    public void One_in_A_makes_its_row_NaN(Orientation orientation) => ForEachPlace(orientation, rows: true, (x, place) =>
    {
        (orientation == Orientation.TransposeA ? ref x.A.View[place.Term, place.Index] : ref x.A.View[place.Index, place.Term]) =
            place.Special;
        AssertProduct(x, (row, _) => row == place.Index ? T.NaN : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_B_makes_its_column_NaN(Orientation orientation) => ForEachPlace(orientation, rows: false, (x, place) =>
    {
        (orientation == Orientation.TransposeB ? ref x.B.View[place.Index, place.Term] : ref x.B.View[place.Term, place.Index]) =
            place.Special;
        AssertProduct(x, (_, column) => column == place.Index ? T.NaN : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_the_bias_stands_in_its_column(Orientation orientation) => ForEachPlace(orientation, rows: false, (x, place) =>
    {
        ProductOperands<T> biased = x.Bias is null ? x with { Case = x.Case with { HasBias = true }, Bias = new(1, x.C.Columns, 0) } : x;
        biased.Bias!.View[0, place.Index] = place.Special;
        AssertProduct(biased, (_, column) => column == place.Index ? place.Special : T.Zero);
    });

    [Theory]
    [MemberData(nameof(Orientations))]
    public void One_in_C_stays_where_it_is_when_added_to_and_nowhere_when_overwritten(Orientation orientation) =>
        ForEachPlace(orientation, rows: false, (x, place) =>
        {
            int i = x.C.Rows / 2;
            x.C.View[i, place.Index] = place.Special;
            AssertProduct(x, (row, column) => row == i && column == place.Index && x.Case.Accumulate ? place.Special : T.Zero);
        });

    /// <summary>
    /// Products of zeros, for every place along the rows or the columns, at the first or the last term, with options as they fall.
    /// </summary>
    private static void ForEachPlace(Orientation orientation, bool rows, Action<ProductOperands<T>, Place> test)
    {
        var random = new Seeded((ulong)orientation);
        foreach (int length in Lengths)
        {
            foreach (int other in OtherLengths)
            {
                foreach (int k in new[] { 1, 2, 9 })
                {
                    for (int index = 0; index < length; index++)
                    {
                        (int m, int n) = rows ? (length, other) : (other, length);
                        ProductOperands<T> x = Zeros(new(
                            m, n, k, orientation, Accumulate: random.Integer(0, 1) > 0, HasBias: random.Integer(0, 1) > 0,
                            GapA: random.Integer(0, 1), GapB: random.Integer(0, 1), GapC: 3, Seed: 0, Threads: random.Integer(1, 2)));
                        test(x, new(index, random.Integer(0, 1) * (k - 1), Specials[random.Integer(0, 2)]));
                    }
                }
            }
        }
    }

    private static ProductOperands<T> Zeros(ProductCase<T> product) => new(
        product,
        new(product.ShapeOfA.Rows, product.ShapeOfA.Columns, product.GapA),
        new(product.ShapeOfB.Rows, product.ShapeOfB.Columns, product.GapB),
        new(product.M, product.N, product.GapC),
        product.HasBias ? new(1, product.N, 0) : null);

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

    /// <summary>Where the special value stands: its row or column, and its term.</summary>
    private readonly record struct Place(int Index, int Term, T Special);
}

public sealed class MatMulFloatSpecialValueTests : MatMulSpecialValueTests<float>;

public sealed class MatMulDoubleSpecialValueTests : MatMulSpecialValueTests<double>;
