using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Shapes that a product may treat as cases of their own: single rows, columns and terms, narrow layers, empty and extreme views.
/// </summary>
public abstract class MatMulShapeTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    public static TheoryData<int, int, int, Orientation> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, Orientation>();
            foreach (Orientation orientation in Enum.GetValues<Orientation>())
            {
                shapes.Add(1, 512, 784, orientation); // one row: a network that is asked about one sample
                shapes.Add(1, 10, 513, orientation);
                shapes.Add(2, 1031, 65, orientation);
                shapes.Add(784, 1, 513, orientation); // one column
                shapes.Add(515, 2, 300, orientation);
                shapes.Add(128, 10, 512, orientation); // ten classes: their layer, and its weights' gradient
                shapes.Add(512, 10, 129, orientation);
                shapes.Add(10, 512, 129, orientation);
                shapes.Add(300, 201, 1, orientation); // one term
                shapes.Add(1, 5003, 1, orientation);
                shapes.Add(5003, 1, 1, orientation);
                shapes.Add(1, 1, 5003, orientation);
                shapes.Add(130, 70, 701, orientation);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Ordinary_values_stay_within_the_error_bound(int m, int n, int k, Orientation orientation) =>
        MatMulPropertyTests<T>.AssertWithinBound(Case(m, n, k, orientation));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void NaN_and_infinities_propagate_as_in_the_plain_loop(int m, int n, int k, Orientation orientation) =>
        MatMulPropertyTests<T>.AssertPropagation(Case(m, n, k, orientation));

    /// <summary>Two billion rows, columns or terms of no elements: nothing may be counted through, added up or divided by.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Views_without_elements_may_have_any_shape(Orientation orientation)
    {
        foreach ((int m, int n, int k) in new[] { (int.MaxValue, 0, 0), (0, int.MaxValue, 0), (0, 0, int.MaxValue), (0, 0, 0) })
        {
            ProductCase<T> product = Case(m, n, k, orientation);
            product.Multiply(
                new(default, product.ShapeOfA.Rows, product.ShapeOfA.Columns),
                new(default, product.ShapeOfB.Rows, product.ShapeOfB.Columns),
                new(default, m, n), default);
        }
    }

    /// <summary>A view of one row may claim any distance to a next one: it must not be multiplied with, or with room for it.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Single_rows_may_have_any_stride(Orientation orientation)
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (1, 33, 1), (1, 33, 5), (7, 33, 1), (7, 1, 5), (1, 70, 385) })
        {
            ProductOperands<T> x = Case(m, n, k, orientation).Build<Ordinary>();
            TensorBuffer<T> expected = TensorBuffer.Copy<T>(x.C.View);
            x.Multiply(x.A.View, x.B.View, expected.View, MatMulPropertyTests<T>.Bias(x));
            x.Multiply(Far(x.A.View), Far(x.B.View), Far(x.C.View), x.Bias is null ? default : Far(x.Bias.View));
            Bits.AssertSame<T>(expected.View, x.C.View, $"{x.Case}");
            x.AssertCanariesAlive();
        }
    }

    private static ProductCase<T> Case(int m, int n, int k, Orientation orientation) => new(
        m, n, k, orientation, Accumulate: (m + n) % 2 == 0, HasBias: k % 2 == 0, GapA: 0,
        GapB: 3, GapC: 1, Seed: (ulong)(m + n + k), Threads: 3);

    private static TensorView<T> Far(TensorView<T> view) =>
        view.Rows == 1 ? new(view.Row(0), 1, view.Columns, int.MaxValue) : view;
}

public sealed class MatMulFloatShapeTests : MatMulShapeTests<float>;

public sealed class MatMulDoubleShapeTests : MatMulShapeTests<double>;
