using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace VecNet;

/// <summary>A machine vector of elements. Kernels are written against it, so that the same code serves every width.</summary>
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

    /// <summary>Reads <see cref="Count"/> elements; the address need not be aligned.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Writes <see cref="Count"/> elements; the address need not be aligned.</summary>
    static abstract void Store(TSelf vector, T* destination);

    /// <summary>Whether the machine reads and writes the masked elements of a vector at about the speed of a whole one.</summary>
    static abstract bool HasMaskedAccess { get; }

    /// <summary>
    /// The mask of the first <paramref name="count"/> elements, for <see cref="LoadMasked"/> and <see cref="StoreMasked"/>.
    /// </summary>
    static abstract TSelf FirstElements(nint count);

    /// <summary>Reads the elements in the mask and nothing else; the others are zero.</summary>
    static abstract TSelf LoadMasked(T* source, TSelf mask);

    /// <summary>Writes the elements in the mask and nothing else.</summary>
    static abstract void StoreMasked(TSelf vector, T* destination, TSelf mask);

    /// <summary>The elements in the mask; the others are zero.</summary>
    static abstract TSelf AndMask(TSelf vector, TSelf mask);

    /// <summary>Whether the machine has the four shuffles of 128-bit lanes below.</summary>
    static abstract bool HasLaneShuffles { get; }

    /// <summary>A vector made of 128-bit lanes, each read <paramref name="distance"/> elements after the one before.</summary>
    static abstract TSelf LoadLanes(T* source, nint distance);

    /// <summary>In each 128-bit lane: the lower elements of left and right, interleaved, left's first.</summary>
    static abstract TSelf InterleaveLow(TSelf left, TSelf right);

    /// <summary>In each 128-bit lane: the upper elements of left and right, interleaved, left's first.</summary>
    static abstract TSelf InterleaveHigh(TSelf left, TSelf right);

    /// <summary>In each 128-bit lane: left's lower half, then right's.</summary>
    static abstract TSelf JoinLow(TSelf left, TSelf right);

    /// <summary>In each 128-bit lane: left's upper half, then right's.</summary>
    static abstract TSelf JoinHigh(TSelf left, TSelf right);

    /// <summary>
    /// Whether the machine looks up elements of a table as fast as it computes; only then are the two members below available.
    /// </summary>
    static abstract bool HasTables { get; }

    /// <summary>Element by element, the entry of a table of 16 floats at the position in the lowest four bits of the index.</summary>
    static abstract TSelf Lookup(Vector512<float> table, TSelf index);

    /// <summary>
    /// The exponent and the first bit of the fraction, as an index for a lookup: it changes at 1, 1½, 2, 3, 4, 6 and so on.
    /// </summary>
    static abstract TSelf HalfOctave(TSelf vector);

    /// <summary>Whether a vector has four lanes and is as long as a cache line; only then is the next member available.</summary>
    static virtual bool IsCacheLine => false;

    /// <summary>Transposes the lanes of four vectors: lane i of vector j goes to lane j of vector i.</summary>
    static virtual void TransposeLanes(ref TSelf x0, ref TSelf x1, ref TSelf x2, ref TSelf x3) => throw new UnreachableException();

    /// <summary>The value in every element.</summary>
    static abstract TSelf Broadcast(T value);

    static abstract TSelf Add(TSelf left, TSelf right);

    static abstract TSelf Subtract(TSelf left, TSelf right);

    static abstract TSelf Multiply(TSelf left, TSelf right);

    static abstract TSelf Divide(TSelf left, TSelf right);

    static abstract TSelf Sqrt(TSelf vector);

    /// <summary>The nearest integer; of two that are equally near, the even one.</summary>
    static abstract TSelf Round(TSelf vector);

    static abstract TSelf Abs(TSelf vector);

    /// <summary>−|x|.</summary>
    static abstract TSelf NegativeAbs(TSelf vector);

    /// <summary>Element by element, the larger of vector and limit; a NaN of the vector stays.</summary>
    static abstract TSelf AtLeast(TSelf vector, TSelf limit);

    /// <summary>Element by element, the smaller of vector and limit; a NaN of the vector stays.</summary>
    static abstract TSelf AtMost(TSelf vector, TSelf limit);

    /// <summary>The magnitude of one and the sign of the other, zeros included.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>vector · 2^exponent, as C's ldexp, for a vector of about 1 and integral exponents.</summary>
    /// <remarks>The result is rounded once; beyond the range of T it is ∞, subnormal or 0.</remarks>
    static abstract TSelf Ldexp(TSelf vector, TSelf exponent);

    /// <summary>m of vector = m · 2^exponent with 1 ≤ m &lt; 2, where C's frexp has ½ ≤ m &lt; 1.</summary>
    /// <remarks>The elements are positive finite numbers, subnormals among them.</remarks>
    static abstract TSelf Frexp(TSelf vector, out TSelf exponent);

    /// <summary>left · right + addend, rounded once where the hardware can and twice where it cannot.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>addend − left · right, as <see cref="MultiplyAdd"/>.</summary>
    static abstract TSelf MultiplyAddNegated(TSelf left, TSelf right, TSelf addend);

    /// <summary>
    /// A factor of <see cref="AddProduct"/>: in every element, or only in the first where an instruction multiplies by one element.
    /// </summary>
    static abstract TSelf Factor(T value);

    /// <summary>
    /// sum += factor · vector, as <see cref="MultiplyAdd"/>; for kernels in which every temporary counts.
    /// </summary>
    static abstract void AddProduct(ref TSelf sum, TSelf factor, TSelf vector);

    /// <summary>
    /// Element by element: <paramref name="ifTrue"/> where left &gt; right, else (and for NaN) <paramref name="ifFalse"/>.
    /// </summary>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf ifTrue, TSelf ifFalse);

    /// <summary>The sum of the elements, in an order that depends only on the width.</summary>
    static abstract T Sum(TSelf vector);

    /// <summary>The largest element; none is NaN.</summary>
    static abstract T Max(TSelf vector);
}
