using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Random shapes, orientations, strides and options against the reference.</summary>
public abstract class MatMulPropertyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The unit roundoff: 2⁻²⁴ or 2⁻⁵³.</summary>
    internal static double Roundoff => Unsafe.SizeOf<T>() == sizeof(float) ? double.Exp2(-24) : double.Exp2(-53);

    [Property]
    public void Ordinary_values_stay_within_the_error_bound(ProductCase<T> product) => AssertWithinBound(product);

    [Property]
    public void Small_integers_are_exact(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Integers>();
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        x.Multiply();
        long[,] expected = MatMulReference.IntegerProduct<T>(
            product.Orientation, product.M, product.N, product.K, x.A.View, x.B.View, Start(product, start), Bias(x));
        for (int i = 0; i < product.M; i++)
        {
            for (int j = 0; j < product.N; j++)
            {
                Assert.True(
                    T.CreateChecked(expected[i, j]) == x.C.View[i, j], $"({i}, {j}) is {x.C.View[i, j]}, expected {expected[i, j]}.");
            }
        }
    }

    [Property]
    public void Nothing_outside_C_is_written(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Ordinary>();
        T[] a = x.A.Snapshot();
        T[] b = x.B.Snapshot();
        T[]? bias = x.Bias?.Snapshot();
        x.Multiply();
        x.AssertCanariesAlive();
        x.A.AssertUnchangedSince(a);
        x.B.AssertUnchangedSince(b);
        if (bias is not null)
        {
            x.Bias!.AssertUnchangedSince(bias);
        }
    }

    [Property]
    public void Overwriting_does_not_read_C(ProductCase<T> product)
    {
        ProductOperands<T> x = (product with { Accumulate = false }).Build<Ordinary>();
        x.Multiply();
        TensorBuffer<T> expected = TensorBuffer.Copy<T>(x.C.View);
        x.C.View.Fill(T.NaN);
        x.Multiply();
        Bits.AssertSame<T>(expected.View, x.C.View, "over NaN");
    }

    [Property]
    public void NaN_and_infinities_propagate_as_in_the_plain_loop(ProductCase<T> product) => AssertPropagation(product);

    [Property]
    public void Without_terms_only_start_and_bias_remain(ProductCase<T> product)
    {
        ProductCase<T> empty = product with { K = 0 };
        ProductOperands<T> x = empty.Build<Ordinary>();
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        x.Multiply();
        x.AssertCanariesAlive();
        T[,] expected = MatMulReference.Chain<T>(empty.Orientation, empty.M, empty.N, 0, x.A.View, x.B.View, Start(empty, start), Bias(x));
        Bits.AssertSame<T>(expected.AsView(), x.C.View, "k = 0");
    }

    [Property]
    public void What_an_earlier_call_packed_is_not_read(ProductCase<T> product)
    {
        ProductOperands<T> x = (product with { Accumulate = false }).Build<Ordinary>();
        x.Multiply();
        TensorBuffer<T> expected = TensorBuffer.Copy<T>(x.C.View);
        PackingBuffer<T>.Poison(T.NaN);
        x.Multiply();
        Bits.AssertSame<T>(expected.View, x.C.View, "with a poisoned packing buffer");
    }

    /// <summary>|C − reference| ≤ (k + 2)·u·(|A||B| + |start| + |bias|), element by element.</summary>
    internal static void AssertWithinBound(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Ordinary>();
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        x.Multiply();
        x.AssertCanariesAlive();
        (double[,] value, double[,] magnitude) = MatMulReference.Product<T>(
            product.Orientation, product.M, product.N, product.K, x.A.View, x.B.View, Start(product, start), Bias(x));
        for (int i = 0; i < product.M; i++)
        {
            for (int j = 0; j < product.N; j++)
            {
                double actual = double.CreateTruncating(x.C.View[i, j]);
                double bound = (product.K + 2) * Roundoff * magnitude[i, j];
                if (!(Math.Abs(actual - value[i, j]) <= bound))
                {
                    Assert.Fail(
                        $"{product}: ({i}, {j}) is {actual:R}, expected {value[i, j]:R}: "
                        + $"off by {Math.Abs(actual - value[i, j]):G3}, the bound is {bound:G3}.");
                }
            }
        }
    }

    /// <summary>With some NaN, infinities and zeros everywhere, each element is NaN, infinite or finite as the plain loop has it.</summary>
    internal static void AssertPropagation(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Ordinary>();
        var random = new Seeded(product.Seed);
        Sprinkle(ref random, x.A.View);
        Sprinkle(ref random, x.B.View);
        Sprinkle(ref random, x.C.View);
        Sprinkle(ref random, x.Bias is null ? default : x.Bias.View);
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        x.Multiply();
        T[,] expected = MatMulReference.Chain<T>(
            product.Orientation, product.M, product.N, product.K, x.A.View, x.B.View, Start(product, start), Bias(x));
        for (int i = 0; i < product.M; i++)
        {
            for (int j = 0; j < product.N; j++)
            {
                T y = x.C.View[i, j];
                if (!(T.IsFinite(expected[i, j]) ? T.IsFinite(y) : expected[i, j].Equals(y)))
                {
                    Assert.Fail($"{product}: ({i}, {j}) is {y}, expected {expected[i, j]}.");
                }
            }
        }
    }

    internal static ReadOnlyTensorView<T> Start(ProductCase<T> product, TensorBuffer<T> start) => product.Accumulate ? start.View : default;

    internal static ReadOnlyTensorView<T> Bias(ProductOperands<T> x) => x.Bias is null ? default : x.Bias.View;

    private static void Sprinkle(ref Seeded random, TensorView<T> view)
    {
        for (int i = 0; i < 3 && !view.IsEmpty; i++)
        {
            view[random.Integer(0, view.Rows - 1), random.Integer(0, view.Columns - 1)] = random.Integer(0, 3) switch
            {
                0 => T.NaN,
                1 => T.PositiveInfinity,
                2 => T.NegativeInfinity,
                _ => T.Zero,
            };
        }
    }
}

public sealed class MatMulFloatPropertyTests : MatMulPropertyTests<float>;

public sealed class MatMulDoublePropertyTests : MatMulPropertyTests<double>;
