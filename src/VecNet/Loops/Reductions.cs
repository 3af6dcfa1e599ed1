using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Sums in an order that depends on the length and the vector width alone, never on where the elements lie.</summary>
/// <remarks>
/// TensorPrimitives' sums start at an aligned address, so the same numbers at another address may give another last bit.
/// Here four accumulators take every fourth vector, are added as (0 + 1) + (2 + 3), and the rest follows element by element.
/// </remarks>
internal static class Reductions
{
    /// <summary>x₀ + x₁ + ….</summary>
    internal static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, x, default(Self<T>));

    /// <summary>x₀·y₀ + x₁·y₁ + … of two spans of the same length.</summary>
    internal static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, y, default(Product<T>));

    /// <summary>(scale·x₀)² + (scale·x₁)² + ….</summary>
    internal static T SumOfScaledSquares<T>(ReadOnlySpan<T> x, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, x, new ScaledSquare<T>(scale));

    /// <summary>(x₀ − y₀)² + (x₁ − y₁)² + … of two spans of the same length; in double where float does not hold them.</summary>
    internal static double SumOfSquaredDifferences<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = Run(x, y, default(SquaredDifference<T>));
        if (typeof(T) == typeof(double) || SquareRange.Holds(sum, x.Length))
        {
            return double.CreateTruncating(sum);
        }

        double squares = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = double.CreateTruncating(x[i]) - double.CreateTruncating(y[i]);
            squares += difference * difference;
        }

        return squares;
    }

    /// <summary>
    /// y₀·(x₀ − center) + y₁·(x₁ − center) + … of two spans of the same length; terms whose y is 0 (or NaN) are left out.
    /// </summary>
    internal static T SumOfWeightedDifferences<T>(ReadOnlySpan<T> x, T center, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, y, new WeightedDifference<T>(center));

    /// <summary>(x₀ − center) + (x₁ − center) + ….</summary>
    internal static T SumOfDeviations<T>(ReadOnlySpan<T> x, T center)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, x, new Deviation<T>(center));

    /// <summary>(x₀ − center)² + (x₁ − center)² + ….</summary>
    internal static T SumOfSquaredDeviations<T>(ReadOnlySpan<T> x, T center)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, x, new SquaredDeviation<T>(center));

    /// <summary>y₀·(x₀ − center) + y₁·(x₁ − center) + … of two spans of the same length.</summary>
    internal static T DotWithDeviations<T>(ReadOnlySpan<T> x, T center, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(x, y, new ProductWithDeviation<T>(center));

    private static unsafe T Run<T, TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, TTerm term)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        ElementType.Check<T>();
        fixed (T* px = x, py = y)
        {
            Routine<T, TTerm> routine;
            routine.X = px;
            routine.Y = py;
            routine.Length = x.Length;
            routine.Term = term;
            routine.Sum = default;
            VectorDispatch.Run<T, Routine<T, TTerm>>(ref routine);
            return routine.Sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe T Loop<T, TVector, TTerm>(T* x, T* y, nint length, TTerm term)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TTerm : struct, ITerm<T>
    {
        nint width = TVector.Count;
        TVector sum0 = TVector.Broadcast(T.Zero);
        TVector sum1 = sum0;
        TVector sum2 = sum0;
        TVector sum3 = sum0;
        nint i = 0;
        for (; i <= length - (4 * width); i += 4 * width)
        {
            sum0 = term.Add(sum0, TVector.Load(x + i), TVector.Load(y + i));
            sum1 = term.Add(sum1, TVector.Load(x + i + width), TVector.Load(y + i + width));
            sum2 = term.Add(sum2, TVector.Load(x + i + (2 * width)), TVector.Load(y + i + (2 * width)));
            sum3 = term.Add(sum3, TVector.Load(x + i + (3 * width)), TVector.Load(y + i + (3 * width)));
        }

        for (; i <= length - width; i += width)
        {
            sum0 = term.Add(sum0, TVector.Load(x + i), TVector.Load(y + i));
        }

        Scalar<T> sum = Scalar<T>.Broadcast(TVector.Sum(TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3))));
        for (; i < length; i++)
        {
            sum = term.Add(sum, Scalar<T>.Load(x + i), Scalar<T>.Load(y + i));
        }

        return Scalar<T>.Sum(sum);
    }

    private unsafe struct Routine<T, TTerm> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        internal T* X;
        internal T* Y;
        internal nint Length;
        internal TTerm Term;
        internal T Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Sum = Loop<T, TVector, TTerm>(X, Y, Length, Term);
    }

    /// <summary>What is added for each pair of elements.</summary>
    internal interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>;
    }

    private readonly struct Self<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(sum, x);
    }

    private readonly struct Product<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(x, y, sum);
    }

    private readonly struct ScaledSquare<T>(T scale) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector scaled = TVector.Multiply(x, TVector.Broadcast(scale));
            return TVector.MultiplyAdd(scaled, scaled, sum);
        }
    }

    private readonly struct SquaredDifference<T> : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector difference = TVector.Subtract(x, y);
            return TVector.MultiplyAdd(difference, difference, sum);
        }
    }

    private readonly struct WeightedDifference<T>(T center) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector term = TVector.Multiply(y, TVector.Subtract(x, TVector.Broadcast(center)));
            return TVector.Add(sum, TVector.SelectGreater(TVector.Abs(y), zero, term, zero));
        }
    }

    private readonly struct Deviation<T>(T center) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(sum, TVector.Subtract(x, TVector.Broadcast(center)));
    }

    private readonly struct SquaredDeviation<T>(T center) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector difference = TVector.Subtract(x, TVector.Broadcast(center));
            return TVector.MultiplyAdd(difference, difference, sum);
        }
    }

    private readonly struct ProductWithDeviation<T>(T center) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add<TVector>(TVector sum, TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.MultiplyAdd(TVector.Subtract(x, TVector.Broadcast(center)), y, sum);
    }
}
