using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>One suite for every implementation of the vector interface: element by element as the scalar operation.</summary>
public abstract class VectorTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected abstract class Suite
    {
        public abstract int Width { get; }

        /// <summary>Runs one operation on vectors of the implementation, over the first elements of the operands.</summary>
        public abstract T[] Run(Operation operation, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, ReadOnlySpan<T> w);

        public abstract T Sum(ReadOnlySpan<T> x);

        public abstract T Max(ReadOnlySpan<T> x);
    }

    private protected enum Operation
    {
        LoadStore,
        Broadcast,
        Add,
        Subtract,
        Multiply,
        MultiplyAdd,
        MultiplyAddNegated,
        NegativeAbs,
        AtLeast,
        AtMost,
        SelectGreater,
    }

    private protected abstract Suite Vectors { get; }

    private protected abstract bool IsOffered { get; }

    [Property]
    public void Each_element_is_the_scalar_operation(ulong seed)
    {
        if (!IsOffered)
        {
            return;
        }

        int width = Vectors.Width;
        T[] x = Values(seed, width);
        T[] y = Values(seed + 1, width);
        T[] z = Values(seed + 2, width);
        T[] w = Values(seed + 3, width);
        if (seed % 2 == 0)
        {
            x[^1] = y[^1]; // equal elements: SelectGreater is strict
        }

        for (int i = 0; i < width; i++)
        {
            AssertElement(Operation.LoadStore, i, x[i]);
            AssertElement(Operation.Broadcast, i, x[0]);
            AssertElement(Operation.Add, i, x[i] + y[i]);
            AssertElement(Operation.Subtract, i, x[i] - y[i]);
            AssertElement(Operation.Multiply, i, x[i] * y[i]);
            AssertElement(Operation.SelectGreater, i, x[i] > y[i] ? z[i] : w[i]);

            AssertElement(Operation.NegativeAbs, i, -T.Abs(x[i]));
            AssertElement(Operation.AtLeast, i, y[i] > x[i] ? y[i] : x[i]);
            AssertElement(Operation.AtMost, i, y[i] < x[i] ? y[i] : x[i]);

            // Rounded once or twice, as the hardware has it.
            T actual = Vectors.Run(Operation.MultiplyAdd, x, y, z, w)[i];
            T once = T.FusedMultiplyAdd(x[i], y[i], z[i]);
            T twice = (x[i] * y[i]) + z[i];
            Assert.True(
                actual.Equals(once) || actual.Equals(twice),
                $"{x[i]:R}·{y[i]:R} + {z[i]:R} is {actual:R}, expected {once:R} or {twice:R}.");
        }

        for (int i = 0; i < width; i++)
        {
            T actual = Vectors.Run(Operation.MultiplyAddNegated, x, y, z, w)[i];
            T once = T.FusedMultiplyAdd(-x[i], y[i], z[i]);
            T twice = z[i] - (x[i] * y[i]);
            Assert.True(
                actual.Equals(once) || actual.Equals(twice),
                $"{z[i]:R} − {x[i]:R}·{y[i]:R} is {actual:R}, expected {once:R} or {twice:R}.");
        }

        void AssertElement(Operation operation, int i, T expected)
        {
            T actual = Vectors.Run(operation, x, y, z, w)[i];
            Assert.True(
                T.IsNaN(expected) ? T.IsNaN(actual) : Bits.Same(expected, actual),
                $"{operation} of element {i} ({x[i]:R}, {y[i]:R}) is {actual:R}, expected {expected:R}.");
        }
    }

    /// <summary>One element at a time: any that is missing or counted twice shows.</summary>
    [Fact]
    public void Sum_adds_each_element_once()
    {
        Assert.SkipUnless(IsOffered, "The machine does not offer these vectors.");
        for (int place = 0; place < Vectors.Width; place++)
        {
            T[] x = new T[Vectors.Width];
            x[place] = T.One;
            Assert.Equal(T.One, Vectors.Sum(x));
        }
    }

    [Fact]
    public void Max_looks_at_each_element()
    {
        Assert.SkipUnless(IsOffered, "The machine does not offer these vectors.");
        for (int place = 0; place < Vectors.Width; place++)
        {
            T[] x = [.. Enumerable.Range(0, Vectors.Width).Select(i => T.CreateChecked(i == place ? -1 : -2 - i))];
            Assert.Equal(-T.One, Vectors.Max(x));
            x[place] = T.PositiveInfinity;
            Assert.Equal(T.PositiveInfinity, Vectors.Max(x));
        }

        Assert.Equal(T.NegativeInfinity, Vectors.Max([.. Enumerable.Repeat(T.NegativeInfinity, Vectors.Width)]));
    }

    private static T[] Values(ulong seed, int width) =>
        new Matrix<T, Wild>(new(1, width), 0, seed * 4).Owned().Span.ToArray();

    private protected sealed unsafe class Suite<TVector> : Suite
        where TVector : struct, IVector<TVector, T>
    {
        public override int Width => TVector.Count;

        public override T[] Run(Operation operation, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, ReadOnlySpan<T> w)
        {
            // One element off, so that nothing is aligned, and canaries on both sides of what is written.
            var memory = new StridedMatrix<T>(1, TVector.Count, 0);
            fixed (T* px = Unaligned(x), py = Unaligned(y), pz = Unaligned(z), pw = Unaligned(w), result = memory.View.Span)
            {
                TVector a = TVector.Load(px + 1);
                TVector b = TVector.Load(py + 1);
                TVector c = TVector.Load(pz + 1);
                TVector d = TVector.Load(pw + 1);
                TVector.Store(
                    operation switch
                    {
                        Operation.Broadcast => TVector.Broadcast(x[0]),
                        Operation.Add => TVector.Add(a, b),
                        Operation.Subtract => TVector.Subtract(a, b),
                        Operation.Multiply => TVector.Multiply(a, b),
                        Operation.MultiplyAdd => TVector.MultiplyAdd(a, b, c),
                        Operation.MultiplyAddNegated => TVector.MultiplyAddNegated(a, b, c),
                        Operation.NegativeAbs => TVector.NegativeAbs(a),
                        Operation.AtLeast => TVector.AtLeast(a, b),
                        Operation.AtMost => TVector.AtMost(a, b),
                        Operation.SelectGreater => TVector.SelectGreater(a, b, c, d),
                        _ => a,
                    },
                    result);
            }

            memory.AssertCanariesAlive();
            return memory.View.Span.ToArray();
        }

        public override T Sum(ReadOnlySpan<T> x)
        {
            fixed (T* px = x)
            {
                return TVector.Sum(TVector.Load(px));
            }
        }

        public override T Max(ReadOnlySpan<T> x)
        {
            fixed (T* px = x)
            {
                return TVector.Max(TVector.Load(px));
            }
        }

        private static T[] Unaligned(ReadOnlySpan<T> x) => [T.NaN, .. x];
    }
}

public abstract class Wide512Tests<T> : VectorTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Suite Vectors { get; } = new Suite<Wide512<T>>();

    private protected override bool IsOffered => Machine.Has512;

    [Fact]
    public void Has_the_width_of_its_name() => Assert.Equal(64, Vectors.Width * Unsafe.SizeOf<T>());
}

public abstract class PortableTests<T> : VectorTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Suite Vectors { get; } = new Suite<Portable<T>>();

    private protected override bool IsOffered => true;

    [Fact]
    public void Has_the_width_of_Vector() => Assert.Equal(Vector<T>.Count, Vectors.Width);
}

/// <summary>Two vectors as one.</summary>
public abstract class PairTests<T> : VectorTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Suite Vectors { get; } = Machine.Has512
        ? new Suite<DoubledVector<Wide512<T>, T>>()
        : new Suite<DoubledVector<Portable<T>, T>>();

    private protected override bool IsOffered => true;
}

public abstract class ScalarTests<T> : VectorTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Suite Vectors { get; } = new Suite<Scalar<T>>();

    private protected override bool IsOffered => true;

    [Fact]
    public void Is_one_element() => Assert.Equal(1, Vectors.Width);
}

public sealed class Wide512FloatTests : Wide512Tests<float>;

public sealed class Wide512DoubleTests : Wide512Tests<double>;

public sealed class PortableFloatTests : PortableTests<float>;

public sealed class PortableDoubleTests : PortableTests<double>;

public sealed class PairFloatTests : PairTests<float>;

public sealed class PairDoubleTests : PairTests<double>;

public sealed class ScalarFloatTests : ScalarTests<float>;

public sealed class ScalarDoubleTests : ScalarTests<double>;

public sealed class MachineTests
{
    [Fact]
    public void Says_what_the_runtime_says()
    {
        Assert.Equal(Vector512.IsHardwareAccelerated, Machine.Has512);
        Assert.Equal(Vector.IsHardwareAccelerated, Machine.HasVectors);
    }

    [Fact]
    public void Other_element_types_are_refused()
    {
        ElementType.Check<float>();
        ElementType.Check<double>();
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(ElementType.Check<Half>).Message, StringComparison.Ordinal);
    }
}
