using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VecNet;

/// <summary>Two vectors as one of twice their width: a kernel's text then works on both at once.</summary>
/// <remarks>
/// What a loop gains by it: a constant of the kernel is brought into a register once for two vectors, and stays there. With one vector
/// at a time, reading a dozen constants anew for each takes more of the machine than computing with them. Parts and shuffles have the two
/// vectors by themselves.
/// </remarks>
internal unsafe struct Pair<TVector, T> : IVector<Pair<TVector, T>, T>
    where TVector : struct, IVector<TVector, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TVector first;
    private TVector second;

    // Without a constructor: the compiler takes no further calls in once a method has some 500 temporary variables, of which that is two.
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Load(T* source)
    {
        Pair<TVector, T> result;
        result.first = TVector.Load(source);
        result.second = TVector.Load(source + TVector.Count);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Pair<TVector, T> vector, T* destination)
    {
        TVector.Store(vector.first, destination);
        TVector.Store(vector.second, destination + TVector.Count);
    }

    public static bool HasParts => false;

    public static Pair<TVector, T> FirstElements(nint count) => throw new UnreachableException();

    public static Pair<TVector, T> LoadPart(T* source, Pair<TVector, T> mask) => throw new UnreachableException();

    public static void StorePart(Pair<TVector, T> vector, T* destination, Pair<TVector, T> mask) => throw new UnreachableException();

    public static Pair<TVector, T> KeepPart(Pair<TVector, T> vector, Pair<TVector, T> mask) => throw new UnreachableException();

    public static bool HasLanes => false;

    public static Pair<TVector, T> LoadLanes(T* source, nint distance) => throw new UnreachableException();

    public static Pair<TVector, T> InterleaveLow(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> InterleaveHigh(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> JoinLow(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> JoinHigh(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static bool HasTables
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.HasTables;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Lookup(Vector512<float> table, Pair<TVector, T> index)
    {
        Pair<TVector, T> result;
        result.first = TVector.Lookup(table, index.first);
        result.second = TVector.Lookup(table, index.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> HalfOctave(Pair<TVector, T> vector)
    {
        Pair<TVector, T> result;
        result.first = TVector.HalfOctave(vector.first);
        result.second = TVector.HalfOctave(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Broadcast(T value)
    {
        TVector both = TVector.Broadcast(value);
        Pair<TVector, T> result;
        result.first = both;
        result.second = both;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Add(Pair<TVector, T> left, Pair<TVector, T> right)
    {
        Pair<TVector, T> result;
        result.first = TVector.Add(left.first, right.first);
        result.second = TVector.Add(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Subtract(Pair<TVector, T> left, Pair<TVector, T> right)
    {
        Pair<TVector, T> result;
        result.first = TVector.Subtract(left.first, right.first);
        result.second = TVector.Subtract(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Multiply(Pair<TVector, T> left, Pair<TVector, T> right)
    {
        Pair<TVector, T> result;
        result.first = TVector.Multiply(left.first, right.first);
        result.second = TVector.Multiply(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Divide(Pair<TVector, T> left, Pair<TVector, T> right)
    {
        Pair<TVector, T> result;
        result.first = TVector.Divide(left.first, right.first);
        result.second = TVector.Divide(left.second, right.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Sqrt(Pair<TVector, T> vector)
    {
        Pair<TVector, T> result;
        result.first = TVector.Sqrt(vector.first);
        result.second = TVector.Sqrt(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Round(Pair<TVector, T> vector)
    {
        Pair<TVector, T> result;
        result.first = TVector.Round(vector.first);
        result.second = TVector.Round(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Abs(Pair<TVector, T> vector)
    {
        Pair<TVector, T> result;
        result.first = TVector.Abs(vector.first);
        result.second = TVector.Abs(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> NegativeAbs(Pair<TVector, T> vector)
    {
        Pair<TVector, T> result;
        result.first = TVector.NegativeAbs(vector.first);
        result.second = TVector.NegativeAbs(vector.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> AtLeast(Pair<TVector, T> vector, Pair<TVector, T> limit)
    {
        Pair<TVector, T> result;
        result.first = TVector.AtLeast(vector.first, limit.first);
        result.second = TVector.AtLeast(vector.second, limit.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> AtMost(Pair<TVector, T> vector, Pair<TVector, T> limit)
    {
        Pair<TVector, T> result;
        result.first = TVector.AtMost(vector.first, limit.first);
        result.second = TVector.AtMost(vector.second, limit.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> CopySign(Pair<TVector, T> magnitude, Pair<TVector, T> sign)
    {
        Pair<TVector, T> result;
        result.first = TVector.CopySign(magnitude.first, sign.first);
        result.second = TVector.CopySign(magnitude.second, sign.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Scale(Pair<TVector, T> vector, Pair<TVector, T> exponent)
    {
        Pair<TVector, T> result;
        result.first = TVector.Scale(vector.first, exponent.first);
        result.second = TVector.Scale(vector.second, exponent.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Split(Pair<TVector, T> vector, out Pair<TVector, T> exponent)
    {
        Pair<TVector, T> result;
        result.first = TVector.Split(vector.first, out exponent.first);
        result.second = TVector.Split(vector.second, out exponent.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> MultiplyAdd(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> addend)
    {
        Pair<TVector, T> result;
        result.first = TVector.MultiplyAdd(left.first, right.first, addend.first);
        result.second = TVector.MultiplyAdd(left.second, right.second, addend.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> MultiplyAddNegated(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> addend)
    {
        Pair<TVector, T> result;
        result.first = TVector.MultiplyAddNegated(left.first, right.first, addend.first);
        result.second = TVector.MultiplyAddNegated(left.second, right.second, addend.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pair<TVector, T> sum, Pair<TVector, T> left, Pair<TVector, T> right) =>
        sum = MultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> SelectGreater(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> ifTrue, Pair<TVector, T> ifFalse)
    {
        Pair<TVector, T> result;
        result.first = TVector.SelectGreater(left.first, right.first, ifTrue.first, ifFalse.first);
        result.second = TVector.SelectGreater(left.second, right.second, ifTrue.second, ifFalse.second);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Pair<TVector, T> vector) => TVector.Sum(TVector.Add(vector.first, vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(Pair<TVector, T> vector) => TVector.Max(TVector.AtLeast(vector.first, vector.second));
}
