using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VecNet;

/// <summary>A vector of one element: for the remainder after the last whole vector, and for machines without hardware vectors.</summary>
internal unsafe struct Scalar<T> : IVector<Scalar<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Scalar(T value) => this.value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Load(T* source)
    {
        Scalar<T> result;
        result.value = *source;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Scalar<T> vector, T* destination) => *destination = vector.value;

    public static bool HasMaskedAccess => false;

    public static Scalar<T> FirstElements(nint count) => throw new NotSupportedException();

    public static Scalar<T> LoadMasked(T* source, Scalar<T> mask) => throw new NotSupportedException();

    public static void StoreMasked(Scalar<T> vector, T* destination, Scalar<T> mask) => throw new NotSupportedException();

    public static Scalar<T> AndMask(Scalar<T> vector, Scalar<T> mask) => throw new NotSupportedException();

    public static bool HasLaneShuffles => false;

    public static Scalar<T> LoadLanes(T* source, nint distance) => throw new NotSupportedException();

    public static Scalar<T> InterleaveLow(Scalar<T> left, Scalar<T> right) => throw new NotSupportedException();

    public static Scalar<T> InterleaveHigh(Scalar<T> left, Scalar<T> right) => throw new NotSupportedException();

    public static Scalar<T> JoinLow(Scalar<T> left, Scalar<T> right) => throw new NotSupportedException();

    public static Scalar<T> JoinHigh(Scalar<T> left, Scalar<T> right) => throw new NotSupportedException();

    public static bool HasTables => false;

    public static Scalar<T> Lookup(Vector512<float> table, Scalar<T> index) => throw new UnreachableException();

    public static Scalar<T> HalfOctave(Scalar<T> vector) => throw new UnreachableException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Broadcast(T value)
    {
        Scalar<T> result;
        result.value = value;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Add(Scalar<T> left, Scalar<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Subtract(Scalar<T> left, Scalar<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Multiply(Scalar<T> left, Scalar<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Divide(Scalar<T> left, Scalar<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Sqrt(Scalar<T> vector) => new(T.Sqrt(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Round(Scalar<T> vector) => new(T.Round(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Abs(Scalar<T> vector) => new(T.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> NegativeAbs(Scalar<T> vector) => new(-T.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> AtLeast(Scalar<T> vector, Scalar<T> limit) => limit.value > vector.value ? limit : vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> AtMost(Scalar<T> vector, Scalar<T> limit) => limit.value < vector.value ? limit : vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> CopySign(Scalar<T> magnitude, Scalar<T> sign) => new(T.CopySign(magnitude.value, sign.value));

    /// <remarks>The power has two factors, as in <see cref="Portable{T}"/>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Ldexp(Scalar<T> vector, Scalar<T> exponent)
    {
        T half = T.Round(exponent.value * T.CreateTruncating(0.5));
        return new(vector.value * PowerOfTwo(half) * PowerOfTwo(exponent.value - half));
    }

    /// <summary>2^exponent, for integral exponents whose power is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T PowerOfTwo(T exponent)
    {
        if (typeof(T) == typeof(float))
        {
            return T.CreateTruncating(BitConverter.Int32BitsToSingle((int.CreateTruncating(exponent) + 127) << 23));
        }

        return T.CreateTruncating(BitConverter.Int64BitsToDouble((long.CreateTruncating(exponent) + 1023) << 52));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Frexp(Scalar<T> vector, out Scalar<T> exponent)
    {
        if (!(vector.value > T.Zero) || T.IsInfinity(vector.value))
        {
            exponent = vector;
            return vector;
        }

        int power = T.ILogB(vector.value);
        exponent = new(T.CreateTruncating(power));
        return new(T.ScaleB(vector.value, -power));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> MultiplyAdd(Scalar<T> left, Scalar<T> right, Scalar<T> addend) =>
        new(T.MultiplyAddEstimate(left.value, right.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> MultiplyAddNegated(Scalar<T> left, Scalar<T> right, Scalar<T> addend) =>
        new(T.MultiplyAddEstimate(-left.value, right.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> Factor(T value)
    {
        Scalar<T> result;
        result.value = value;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Scalar<T> sum, Scalar<T> factor, Scalar<T> vector) =>
        sum.value = T.MultiplyAddEstimate(factor.value, vector.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar<T> SelectGreater(Scalar<T> left, Scalar<T> right, Scalar<T> ifTrue, Scalar<T> ifFalse) =>
        left.value > right.value ? ifTrue : ifFalse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Scalar<T> vector) => vector.value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(Scalar<T> vector) => vector.value;
}
