using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VecNet;

/// <summary>Two vectors as one of twice their width: a kernel's code then works on both at once.</summary>
/// <remarks>
/// A loop gains because a constant of the kernel is loaded into a register once for two vectors. With one vector at a time, reloading a
/// dozen constants for each takes longer than computing with them. Masks and shuffles belong to the two vectors separately. The file
/// is long because the interface is wide: each of its operations is applied to both vectors, one line for each.
/// </remarks>
internal unsafe struct DoubledVector<TVector, T> : IVector<DoubledVector<TVector, T>, T>
    where TVector : struct, IVector<TVector, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TVector first;
    private TVector second;

    // There is no constructor: the compiler stops inlining once a method has some 500 temporary variables, and a constructor adds two.
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Load(T* source)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Load(source);
        result.second = TVector.Load(source + TVector.Count);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DoubledVector<TVector, T> vector, T* destination)
    {
        TVector.Store(vector.first, destination);
        TVector.Store(vector.second, destination + TVector.Count);
    }

    public static bool HasMaskedAccess => false;

    public static DoubledVector<TVector, T> FirstElements(nint count) => throw new UnreachableException();

    public static DoubledVector<TVector, T> LoadMasked(T* source, DoubledVector<TVector, T> mask) => throw new UnreachableException();

    public static void StoreMasked(DoubledVector<TVector, T> vector, T* destination, DoubledVector<TVector, T> mask) =>
        throw new UnreachableException();

    public static DoubledVector<TVector, T> AndMask(DoubledVector<TVector, T> vector, DoubledVector<TVector, T> mask) =>
        throw new UnreachableException();

    public static bool HasLaneShuffles => false;

    public static DoubledVector<TVector, T> LoadLanes(T* source, nint distance) => throw new UnreachableException();

    public static DoubledVector<TVector, T> InterleaveLow(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right) =>
        throw new UnreachableException();

    public static DoubledVector<TVector, T> InterleaveHigh(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right) =>
        throw new UnreachableException();

    public static DoubledVector<TVector, T> JoinLow(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right) =>
        throw new UnreachableException();

    public static DoubledVector<TVector, T> JoinHigh(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right) =>
        throw new UnreachableException();

    public static bool HasTables
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.HasTables;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Lookup(Vector512<float> table, DoubledVector<TVector, T> index)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Lookup(table, index.first);
        result.second = TVector.Lookup(table, index.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> HalfOctave(DoubledVector<TVector, T> vector)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.HalfOctave(vector.first);
        result.second = TVector.HalfOctave(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Broadcast(T value)
    {
        TVector both = TVector.Broadcast(value);
        DoubledVector<TVector, T> result;
        result.first = both;
        result.second = both;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Add(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Add(left.first, right.first);
        result.second = TVector.Add(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Subtract(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Subtract(left.first, right.first);
        result.second = TVector.Subtract(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Multiply(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Multiply(left.first, right.first);
        result.second = TVector.Multiply(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Divide(DoubledVector<TVector, T> left, DoubledVector<TVector, T> right)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Divide(left.first, right.first);
        result.second = TVector.Divide(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Sqrt(DoubledVector<TVector, T> vector)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Sqrt(vector.first);
        result.second = TVector.Sqrt(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Round(DoubledVector<TVector, T> vector)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Round(vector.first);
        result.second = TVector.Round(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Abs(DoubledVector<TVector, T> vector)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Abs(vector.first);
        result.second = TVector.Abs(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> NegativeAbs(DoubledVector<TVector, T> vector)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.NegativeAbs(vector.first);
        result.second = TVector.NegativeAbs(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> AtLeast(DoubledVector<TVector, T> vector, DoubledVector<TVector, T> limit)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.AtLeast(vector.first, limit.first);
        result.second = TVector.AtLeast(vector.second, limit.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> AtMost(DoubledVector<TVector, T> vector, DoubledVector<TVector, T> limit)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.AtMost(vector.first, limit.first);
        result.second = TVector.AtMost(vector.second, limit.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> CopySign(DoubledVector<TVector, T> magnitude, DoubledVector<TVector, T> sign)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.CopySign(magnitude.first, sign.first);
        result.second = TVector.CopySign(magnitude.second, sign.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Ldexp(DoubledVector<TVector, T> vector, DoubledVector<TVector, T> exponent)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Ldexp(vector.first, exponent.first);
        result.second = TVector.Ldexp(vector.second, exponent.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Frexp(DoubledVector<TVector, T> vector, out DoubledVector<TVector, T> exponent)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.Frexp(vector.first, out exponent.first);
        result.second = TVector.Frexp(vector.second, out exponent.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> MultiplyAdd(
        DoubledVector<TVector, T> left, DoubledVector<TVector, T> right, DoubledVector<TVector, T> addend)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.MultiplyAdd(left.first, right.first, addend.first);
        result.second = TVector.MultiplyAdd(left.second, right.second, addend.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> MultiplyAddNegated(
        DoubledVector<TVector, T> left, DoubledVector<TVector, T> right, DoubledVector<TVector, T> addend)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.MultiplyAddNegated(left.first, right.first, addend.first);
        result.second = TVector.MultiplyAddNegated(left.second, right.second, addend.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> Factor(T value)
    {
        TVector both = TVector.Factor(value);
        DoubledVector<TVector, T> result;
        result.first = both;
        result.second = both;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref DoubledVector<TVector, T> sum, DoubledVector<TVector, T> factor, DoubledVector<TVector, T> vector)
    {
        TVector.AddProduct(ref sum.first, factor.first, vector.first);
        TVector.AddProduct(ref sum.second, factor.second, vector.second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubledVector<TVector, T> SelectGreater(
        DoubledVector<TVector, T> left, DoubledVector<TVector, T> right,
        DoubledVector<TVector, T> ifTrue, DoubledVector<TVector, T> ifFalse)
    {
        DoubledVector<TVector, T> result;
        result.first = TVector.SelectGreater(left.first, right.first, ifTrue.first, ifFalse.first);
        result.second = TVector.SelectGreater(left.second, right.second, ifTrue.second, ifFalse.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(DoubledVector<TVector, T> vector) => TVector.Sum(TVector.Add(vector.first, vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(DoubledVector<TVector, T> vector) => TVector.Max(TVector.AtLeast(vector.first, vector.second));
}
