using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Loops with kernels that have formulas here, beside plain double ones, at every vector width.</summary>
/// <remarks>That every kernel gives an element the same bits at every width is what <see cref="EveryKernelTests{T}"/> is for.</remarks>
public abstract class KernelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Without hardware FMA a vector may round a multiply-add differently than a scalar: then only the error bounds hold.
    /// </summary>
    private static readonly bool HasFma = Fma.IsSupported || AdvSimd.IsSupported;

    private static readonly double Unit = MatMulPropertyTests<T>.Roundoff;

    private static readonly bool IsFloat = Unsafe.SizeOf<T>() == sizeof(float);

    private static readonly T Largest = T.BitDecrement(T.PositiveInfinity);

    private static object SigmoidKernel => KernelLoops<T>.Kernel(typeof(Sigmoid), "Function");

    private static object TanhKernel => KernelLoops<T>.Kernel(typeof(Tanh), "Function");

    private static object ExpKernel => KernelLoops<T>.Kernel(typeof(Exp), "Function");

    private static object GELUKernel => KernelLoops<T>.Kernel(typeof(GELU), "Function");

    private static object GELUTanhKernel => KernelLoops<T>.Kernel(typeof(GELUTanh), "Function");

    private static object ReLUKernel => KernelLoops<T>.Kernel(typeof(ReLU), "Function");

    /// <summary>Kernel, formula, and the sum of what the formula's steps may be off by, in units of 4u.</summary>
    private static (string Name, object Kernel, Func<double, double, double> Formula, Func<double, double, double> Magnitude)[] Binaries
    {
        get
        {
            T half = T.CreateChecked(0.375);
            T third = T.CreateChecked(1 / 3.0);
            double s = double.CreateChecked(third);
            return
            [
                ("sigmoid'", KernelLoops<T>.Kernel(typeof(Sigmoid), "Derivative"), (y, g) => g * y * (1 - y),
                    (y, g) => Math.Abs(g * y) * (1 + Math.Abs(y))),
                ("tanh'", KernelLoops<T>.Kernel(typeof(Tanh), "Derivative"), (y, g) => g * (1 - (y * y)),
                    (y, g) => Math.Abs(g) * (1 + (y * y))),
                ("exp'", KernelLoops<T>.Kernel(typeof(Exp), "Derivative"), (y, g) => g * y, (y, g) => Math.Abs(g * y)),
                ("relu'", KernelLoops<T>.Kernel(typeof(ReLU), "Derivative"), (y, g) => y > 0 ? g : 0, (_, _) => 0),
                ("softmax'", new SoftmaxGradient<T>(third), (y, g) => y * (g - s),
                    (y, g) => Math.Abs(y) * (Math.Abs(g) + s)),
                ("squares'", KernelLoops<T>.Kernel(typeof(MeanSquaredError<>), "ScaledDifference", third), (x, y) => (x - y) * s,
                    (x, y) => (Math.Abs(x) + Math.Abs(y)) * s),
                (
                    "distribution'",
                    KernelLoops<T>.Kernel(typeof(SoftmaxCrossEntropyRows), "DistributionGradient", half, third),
                    (x, y) => (x * 0.375) - (y * s),
                    (x, y) => Math.Abs(x) + Math.Abs(y)),
                ("plain step", KernelLoops<T>.Kernel(typeof(Sgd<T>), "Plain", half, third), (w, g) => w - (0.375 * (g + (s * w))),
                    (w, g) => Math.Abs(w) + Math.Abs(g)),
                (
                    "plain step without decay", KernelLoops<T>.Kernel(typeof(Sgd<T>), "Plain", half, T.Zero),
                    (w, g) => w - (0.375 * g), (w, g) => Math.Abs(w) + Math.Abs(g)),
            ];
        }
    }

    /// <summary>
    /// Relative down to the smallest subnormal number: e^−|x| is off by 0.13u (polynomial), 0.4u (reduced argument) and 2u (1 + …, and its
    /// own product), the sum and the division by u each: 5u, and as much for the
    /// reference in double. Scaling to a subnormal adds half of ε.
    /// </summary>
    [Fact]
    public void Sigmoid_is_relatively_accurate_down_to_subnormal_results() => AssertUnary(
        SigmoidKernel,
        Grid(IsFloat ? 110 : 750),
        x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
        10);

    [Fact]
    public void Sigmoid_far_below_zero_is_subnormal_and_not_zero()
    {
        T x = T.CreateChecked(IsFloat ? -100 : -740);
        Assert.All(KernelLoops<T>.Widths, width =>
        {
            T y = KernelLoops<T>.Unary(width, SigmoidKernel, [x])[0];
            Assert.True(T.IsSubnormal(y) && y > T.Zero, $"{width.Name}: sigmoid({x}) is {y:R}.");
        });
    }

    /// <summary>
    /// 16u as for small arguments: the difference of powers of two is exact, so nothing but the polynomial's digits is lost.
    /// </summary>
    [Fact]
    public void Tanh_is_relatively_accurate() => AssertUnary(TanhKernel, Grid(25), Math.Tanh, 16);

    /// <summary>Where e^x is normal, subnormal and zero; beyond, where it is infinite, see the values at infinities.</summary>
    [Fact]
    public void Exp_is_relatively_accurate() => AssertUnary(ExpKernel, Grid(IsFloat ? 88.7 : 709.7), Math.Exp, 6);

    [Fact]
    public void Values_at_zeros_infinities_and_NaN()
    {
        T[] x = [T.Zero, T.NegativeZero, T.PositiveInfinity, T.NegativeInfinity, T.NaN, Largest, -Largest];
        T half = T.CreateChecked(0.5);
        AssertValues("sigmoid", SigmoidKernel, [half, half, T.One, T.Zero, T.NaN, T.One, T.Zero]);
        AssertValues("tanh", TanhKernel, [T.Zero, T.NegativeZero, T.One, -T.One, T.NaN, T.One, -T.One]);
        AssertValues("exp", ExpKernel, [T.One, T.One, T.PositiveInfinity, T.Zero, T.NaN, T.PositiveInfinity, T.Zero]);
        AssertValues("relu", ReLUKernel, [T.Zero, T.Zero, T.PositiveInfinity, T.Zero, T.NaN, Largest, T.Zero]);
        AssertValues("gelu", GELUKernel, [T.Zero, T.NegativeZero, T.PositiveInfinity, T.Zero, T.NaN, Largest, T.Zero]);
        AssertValues(
            "gelu by tanh", GELUTanhKernel, [T.Zero, T.NegativeZero, T.PositiveInfinity, T.NegativeZero, T.NaN, Largest, T.NegativeZero]);

        void AssertValues(string name, object kernel, T[] expected)
        {
            foreach (Type width in KernelLoops<T>.Widths)
            {
                // Twelve times, so that each value is in whole vectors and behind the last.
                T[] all = [.. Enumerable.Repeat(x, 12).SelectMany(values => values)];
                T[] y = KernelLoops<T>.Unary(width, kernel, all);
                for (int i = 0; i < all.Length; i++)
                {
                    Assert.True(
                        Same(expected[i % x.Length], y[i]),
                        $"{width.Name}: {name}({all[i]:R}) at {i} is {y[i]:R}, expected {expected[i % x.Length]:R}.");
                }
            }
        }
    }

    /// <summary>tanh x = x − x³/3 + …, which rounds to x.</summary>
    [Fact]
    public void Tanh_of_subnormal_numbers_is_the_number_itself()
    {
        T smallestNormal = T.CreateChecked(double.Exp2(IsFloat ? -126 : -1022));
        T[] tiny = [T.Epsilon, T.Epsilon * T.CreateChecked(3), T.BitDecrement(smallestNormal), smallestNormal];
        T[] x = [.. Enumerable.Repeat(tiny.Concat(tiny.Select(t => -t)), 5).SelectMany(t => t)];
        Assert.All(KernelLoops<T>.Widths, width => Bits.AssertSame<T>(x, KernelLoops<T>.Unary(width, TanhKernel, x), width.Name));
    }

    /// <summary>
    /// An element's bits do not depend on the width; tanh and x·Φ(x) in float have two
    /// forms, of which the one by tables is for vectors that have them.
    /// </summary>
    [Fact]
    public void Unary_kernels_give_the_same_bits_at_every_width_and_length()
    {
        Assert.SkipUnless(HasFma, "Without hardware FMA, widths may round differently.");
        Type[] withForms = [TanhKernel.GetType(), GELUKernel.GetType()];
        foreach (object kernel in KernelLoops<T>.All(typeof(IUnaryKernel<>)))
        {
            bool hasForms = withForms.Contains(kernel.GetType());
            for (int length = 0; length <= 70; length++)
            {
                AssertSameAtEveryWidth(
                    $"{kernel.GetType()} of {length}",
                    width => KernelLoops<T>.Unary(width, kernel, length % 2 == 0 ? Wild(length, 1) : Ordinary(length, 1)),
                    hasForms ? KernelLoops<T>.Widths.Where(width => !KernelLoops<T>.HasTables(width)) : KernelLoops<T>.Widths);
            }
        }
    }

    /// <summary>Remainders of every length: an element's bits do not depend on its place.</summary>
    [Fact]
    public void Unary_kernels_give_the_same_bits_at_every_place()
    {
        foreach (object kernel in KernelLoops<T>.All(typeof(IUnaryKernel<>)))
        {
            T[] x = [.. Wild(35, 1), .. Ordinary(36, 1)];
            foreach (Type width in KernelLoops<T>.Widths)
            {
                T[] whole = KernelLoops<T>.Unary(width, kernel, x);
                for (int length = 0; length <= x.Length; length++)
                {
                    T[] part = KernelLoops<T>.Unary(width, kernel, x[^length..]);
                    for (int i = 0; i < length; i++)
                    {
                        Assert.True(
                            Same(whole[^(length - i)], part[i]),
                            $"{width.Name}, {kernel.GetType()}: "
                            + $"element {i} of {length} is {part[i]:R}, in the middle {whole[^(length - i)]:R}.");
                    }
                }
            }
        }
    }

    [Property]
    public void Binary_kernels_are_their_formulas_at_every_width(Size size, ulong seed)
    {
        (T[] x, T[] y) = (Ordinary(size.Value, seed), Ordinary(size.Value, seed + 1));
        foreach ((string name, object kernel, Func<double, double, double> formula, Func<double, double, double> magnitude) in Binaries)
        {
            foreach (Type width in KernelLoops<T>.Widths)
            {
                T[] z = KernelLoops<T>.Binary(width, kernel, x, y);
                for (int i = 0; i < z.Length; i++)
                {
                    (double a, double b) = (double.CreateChecked(x[i]), double.CreateChecked(y[i]));
                    AssertNear(formula(a, b), z[i], 4 * Unit * magnitude(a, b), $"{width.Name}, {name} of {a:R} and {b:R}");
                }
            }
        }
    }

    [Property]
    public void Updates_are_their_formulas_at_every_width(Size size, ulong seed, bool nesterov, bool decays)
    {
        (T[] w, T[] g, T[] v) = (Ordinary(size.Value, seed), Ordinary(size.Value, seed + 1), Ordinary(size.Value, seed + 2));
        double decay = decays ? 0.25 : 0;
        object kernel = Update(nesterov, decay);
        foreach (Type width in KernelLoops<T>.Widths)
        {
            (T[] parameters, T[] state) = KernelLoops<T>.Update(width, kernel, w, g, v);
            for (int i = 0; i < w.Length; i++)
            {
                (double parameter, double gradient, double velocity) =
                    (double.CreateChecked(w[i]), double.CreateChecked(g[i]), double.CreateChecked(v[i]));
                double magnitude = Math.Abs(parameter) + Math.Abs(gradient) + Math.Abs(velocity);
                gradient += decay * parameter;
                velocity = (0.875 * velocity) + gradient;
                parameter -= 0.125 * (nesterov ? gradient + (0.875 * velocity) : velocity);

                // Every factor is below 1: no step is off by more than u times twice the sum of the magnitudes.
                AssertNear(velocity, state[i], 8 * Unit * magnitude, $"{width.Name}, velocity {i}");
                AssertNear(parameter, parameters[i], 8 * Unit * magnitude, $"{width.Name}, parameter {i}");
            }
        }
    }

    /// <summary>|sum − reference| ≤ (n + 3)·u·Σ|terms|, whatever the order: a term has up to two roundings of its own.</summary>
    [Property]
    public void Sums_stay_within_the_error_bound_at_every_width(Size size, ulong seed)
    {
        (T[] x, T[] y) = (Ordinary(size.Value, seed), Ordinary(size.Value, seed + 1));
        T center = T.CreateChecked(0.75);
        (string Name, object Term, Func<double, double, double> Value, Func<double, double, double> Magnitude)[] sums =
        [
            ("sum", Term("Self"), (a, _) => a, (a, _) => Math.Abs(a)),
            ("products", Term("Product"), (a, b) => a * b, (a, b) => Math.Abs(a * b)),
            ("squares", Term("SquaredDifference"), (a, b) => (a - b) * (a - b), (a, b) => (a - b) * (a - b)),
            ("weighted", Term("WeightedDifference", center), (a, b) => b * (a - 0.75), (a, b) => Math.Abs(b * (a - 0.75))),
        ];
        foreach ((string name, object term, Func<double, double, double> value, Func<double, double, double> magnitude) in sums)
        {
            double sum = 0;
            double all = 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += value(double.CreateChecked(x[i]), double.CreateChecked(y[i]));
                all += magnitude(double.CreateChecked(x[i]), double.CreateChecked(y[i]));
            }

            // For double, the reference has errors of its own.
            double bound = (x.Length + 3) * Unit * all * (IsFloat ? 1 : 2);
            foreach (Type width in KernelLoops<T>.Widths)
            {
                AssertNear(sum, KernelLoops<T>.Reduce(width, term, x, y), bound, $"{width.Name}, {name} of {x.Length}");
            }
        }
    }

    [Property]
    public void Sums_of_small_integers_are_exact_at_every_width(Size size, ulong seed)
    {
        T[] x = new Matrix<T, Integers>(new(1, size.Value), 0, seed).Owned().Span.ToArray();
        T[] y = new Matrix<T, Integers>(new(1, size.Value), 0, seed + 1).Owned().Span.ToArray();
        T two = T.CreateChecked(2);
        foreach (Type width in KernelLoops<T>.Widths)
        {
            AssertExact(x.Sum(long.CreateChecked), Term("Self"));
            AssertExact(x.Zip(y, (a, b) => long.CreateChecked(a * b)).Sum(), Term("Product"));
            AssertExact(x.Zip(y, (a, b) => long.CreateChecked((a - b) * (a - b))).Sum(), Term("SquaredDifference"));
            AssertExact(x.Zip(y, (a, b) => long.CreateChecked(b * (a - two))).Sum(), Term("WeightedDifference", two));

            void AssertExact(long expected, object term) =>
                Assert.Equal(T.CreateChecked(expected), KernelLoops<T>.Reduce(width, term, x, y));
        }
    }

    /// <summary>0 · ∞ of a class of probability 0 must not spoil a distribution's loss; a class that has weight must.</summary>
    [Fact]
    public void Terms_without_weight_are_left_out_at_every_width()
    {
        object term = Term("WeightedDifference", T.One);
        foreach (int length in new[] { 1, 7, 16, 64, 67, 129 })
        {
            for (int place = 0; place < length; place++)
            {
                foreach (T odd in new[] { T.NaN, T.PositiveInfinity, T.NegativeInfinity })
                {
                    T[] x = [.. Enumerable.Repeat(T.CreateChecked(3), length)];
                    T[] y = [.. Enumerable.Repeat(T.One, length)];
                    (x[place], y[place]) = (odd, place % 2 == 0 ? T.Zero : T.NegativeZero);
                    Assert.All(KernelLoops<T>.Widths, width =>
                        Assert.Equal(T.CreateChecked(2 * (length - 1)), KernelLoops<T>.Reduce(width, term, x, y)));
                    y[place] = -T.One;
                    Assert.All(KernelLoops<T>.Widths, width =>
                        Assert.True(Same(-odd, KernelLoops<T>.Reduce(width, term, x, y)), $"{width.Name}: {odd} at {place} of {length}."));
                }
            }
        }
    }

    private static object Term(string name, params T[] arguments) => KernelLoops<T>.Kernel(typeof(Reductions), name, arguments);

    private static object Update(bool nesterov, double decay) => KernelLoops<T>.Kernel(
        typeof(Sgd<T>), nesterov ? "Nesterov" : "Momentum", T.CreateChecked(0.125), T.CreateChecked(0.875), T.CreateChecked(decay));

    /// <summary>|y − f(x)| ≤ units · u · |f(x)| + ε.</summary>
    private static void AssertUnary(object kernel, T[] x, Func<double, double> formula, double units)
    {
        foreach (Type width in KernelLoops<T>.Widths)
        {
            T[] y = KernelLoops<T>.Unary(width, kernel, x);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = formula(double.CreateChecked(x[i]));
                AssertNear(
                    expected, y[i], (units * Unit * Math.Abs(expected)) + double.CreateChecked(T.Epsilon), $"{width.Name}: f({x[i]:R})");
            }
        }
    }

    private static void AssertNear(double expected, T actual, double bound, string what)
    {
        double error = Math.Abs(double.CreateChecked(actual) - expected);
        Assert.True(error <= bound, $"{what} is {actual:R}, expected {expected:R}: off by {error:G3}, the bound is {bound:G3}.");
    }

    private static void AssertSameAtEveryWidth(string what, Func<Type, T[]> run, IEnumerable<Type>? widths = null)
    {
        T[] expected = run(typeof(Scalar<T>));
        foreach (Type width in widths ?? KernelLoops<T>.Widths)
        {
            T[] actual = run(width);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    Same(expected[i], actual[i]),
                    $"{width.Name}, {what}: element {i} of {expected.Length} is {actual[i]:R}, as a scalar {expected[i]:R}.");
            }
        }
    }

    /// <summary>The same bits, or both NaN: which NaN it is, no standard says.</summary>
    private static bool Same(T x, T y) => T.IsNaN(x) ? T.IsNaN(y) : Bits.Same(x, y);

    /// <summary>From −limit to limit, 4001 numbers; the last of them behind a last whole vector of every width.</summary>
    private static T[] Grid(double limit) => [.. Enumerable.Range(-2000, 4001).Select(i => T.CreateChecked(limit * i / 2000))];

    private static T[] Ordinary(int length, ulong seed) => new Matrix<T, Ordinary>(new(1, length), 0, seed).Owned().Span.ToArray();

    private static T[] Wild(int length, ulong seed) => new Matrix<T, Wild>(new(1, length), 0, seed).Owned().Span.ToArray();
}

public sealed class KernelFloatTests : KernelTests<float>;

public sealed class KernelDoubleTests : KernelTests<double>;
