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
