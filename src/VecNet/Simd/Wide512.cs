using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>A vector of 512 bits, in AVX-512.</summary>
internal readonly unsafe struct Wide512<T> : IVector<Wide512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Wide512(Vector512<T> value) => this.value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Wide512<T> vector, T* destination) => Vector512.Store(vector.value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Add(Wide512<T> left, Wide512<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Subtract(Wide512<T> left, Wide512<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Multiply(Wide512<T> left, Wide512<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Divide(Wide512<T> left, Wide512<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Round(Wide512<T> vector)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Round(vector.value.As<T, float>()).As<float, T>());
        }

        return new(Vector512.Round(vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Abs(Wide512<T> vector) => new(Vector512.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> CopySign(Wide512<T> magnitude, Wide512<T> sign) => new(Vector512.CopySign(magnitude.value, sign.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Scale(Wide512<T> vector, Wide512<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Avx512F.Scale(vector.value.As<T, float>(), exponent.value.As<T, float>()).As<float, T>());
        }

        return new(Avx512F.Scale(vector.value.As<T, double>(), exponent.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> MultiplyAdd(Wide512<T> left, Wide512<T> right, Wide512<T> addend)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.MultiplyAddEstimate(left.value.As<T, float>(), right.value.As<T, float>(), addend.value.As<T, float>()).As<float, T>());
        }

        return new(Vector512.MultiplyAddEstimate(left.value.As<T, double>(), right.value.As<T, double>(), addend.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> SelectGreater(Wide512<T> left, Wide512<T> right, Wide512<T> ifTrue, Wide512<T> ifFalse) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.value, right.value), ifTrue.value, ifFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Wide512<T> vector) => Vector512.Sum(vector.value);
}
