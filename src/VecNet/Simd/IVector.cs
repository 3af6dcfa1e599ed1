using System.Numerics;

namespace VecNet;

/// <summary>A machine vector of elements: what a kernel is written against, so that one text serves every width.</summary>
/// <remarks>
/// Three implementations: <see cref="Wide512{T}"/> (512 bits), <see cref="Portable{T}"/> (<see cref="Vector{T}"/>: 128 or 256
/// bits, or 512 where the process asks for it) and <see cref="Scalar{T}"/> (one element: remainders, and machines without
/// hardware vectors). The widest that the machine accelerates is chosen by <see cref="Machine"/>.
/// </remarks>
/// <typeparam name="TSelf">The implementing structure.</typeparam>
/// <typeparam name="T">The element type.</typeparam>
internal unsafe interface IVector<TSelf, T>
    where TSelf : struct, IVector<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of elements.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> elements; no alignment is asked.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Writes <see cref="Count"/> elements; no alignment is asked.</summary>
    static abstract void Store(TSelf vector, T* destination);

    /// <summary>The value in every element.</summary>
    static abstract TSelf Broadcast(T value);

    static abstract TSelf Add(TSelf left, TSelf right);

    static abstract TSelf Subtract(TSelf left, TSelf right);

    static abstract TSelf Multiply(TSelf left, TSelf right);

    static abstract TSelf Divide(TSelf left, TSelf right);

    /// <summary>The nearest whole number; of two that are as near, the even one.</summary>
    static abstract TSelf Round(TSelf vector);

    static abstract TSelf Abs(TSelf vector);

    /// <summary>The magnitude of one and the sign of the other, zeros included.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>vector · 2^exponent, rounded once, for a vector of about 1 and whole exponents; beyond the range of T it gives ∞, subnormals or 0.</summary>
    static abstract TSelf Scale(TSelf vector, TSelf exponent);

    /// <summary>left · right + addend, rounded once where the hardware can and twice where it cannot.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>Element by element: <paramref name="ifTrue"/> where left &gt; right, else (and for NaN) <paramref name="ifFalse"/>.</summary>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf ifTrue, TSelf ifFalse);

    /// <summary>The sum of the elements, in an order that depends on nothing but the width.</summary>
    static abstract T Sum(TSelf vector);
}
