using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A vector of <see cref="Vector{T}"/>'s width: 128 or 256 bits, or 512 where the process asks for it.</summary>
internal readonly unsafe struct Portable<T> : IVector<Portable<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector<T> value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Portable(Vector<T> value) => this.value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<T>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Load(T* source) => new(Vector.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Portable<T> vector, T* destination) => Vector.Store(vector.value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Broadcast(T value) => new(Vector.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Add(Portable<T> left, Portable<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Subtract(Portable<T> left, Portable<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Multiply(Portable<T> left, Portable<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Divide(Portable<T> left, Portable<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Round(Portable<T> vector)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector.Round(vector.value.As<T, float>()).As<float, T>());
        }

        return new(Vector.Round(vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Abs(Portable<T> vector) => new(Vector.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> CopySign(Portable<T> magnitude, Portable<T> sign) => new(Vector.CopySign(magnitude.value, sign.value));

    /// <remarks>
    /// 2^exponent is made of its bits, in two factors, so that both are normal numbers wherever the product is one: the first product
    /// is exact, the second rounds. Exponents outside ±300 (float) and ±2200 (double) do not occur.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Scale(Portable<T> vector, Portable<T> exponent)
    {
        Portable<T> half = Round(Multiply(exponent, Broadcast(T.CreateTruncating(0.5))));
        return Multiply(Multiply(vector, PowerOfTwo(half)), PowerOfTwo(Subtract(exponent, half)));
    }

    /// <summary>2^exponent of whole exponents whose power is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Portable<T> PowerOfTwo(Portable<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<int> biased = Vector.ConvertToInt32Native(exponent.value.As<T, float>()) + Vector.Create(127);
            return new((biased << 23).As<int, T>());
        }

        // Adding 1.5·2⁵² leaves the whole number in the low bits: there is no conversion to 64-bit integers below AVX-512.
        Vector<double> shifted = exponent.value.As<T, double>() + Vector.Create(6755399441055744.0 + 1023);
        return new((shifted.As<double, long>() << 52).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> MultiplyAdd(Portable<T> left, Portable<T> right, Portable<T> addend)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector.MultiplyAddEstimate(left.value.As<T, float>(), right.value.As<T, float>(), addend.value.As<T, float>()).As<float, T>());
        }

        return new(Vector.MultiplyAddEstimate(left.value.As<T, double>(), right.value.As<T, double>(), addend.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> SelectGreater(Portable<T> left, Portable<T> right, Portable<T> ifTrue, Portable<T> ifFalse) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(left.value, right.value), ifTrue.value, ifFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Portable<T> vector) => Vector.Sum(vector.value);
}
