using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Pair(TVector first, TVector second)
    {
        this.first = first;
        this.second = second;
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Load(T* source) => new(TVector.Load(source), TVector.Load(source + TVector.Count));

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

    public static bool HasLanes => false;

    public static Pair<TVector, T> LoadLanes(T* source, nint distance) => throw new UnreachableException();

    public static Pair<TVector, T> InterleaveLow(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> InterleaveHigh(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> JoinLow(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    public static Pair<TVector, T> JoinHigh(Pair<TVector, T> left, Pair<TVector, T> right) => throw new UnreachableException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Broadcast(T value)
    {
        TVector both = TVector.Broadcast(value);
        return new(both, both);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Add(Pair<TVector, T> left, Pair<TVector, T> right) =>
        new(TVector.Add(left.first, right.first), TVector.Add(left.second, right.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Subtract(Pair<TVector, T> left, Pair<TVector, T> right) =>
        new(TVector.Subtract(left.first, right.first), TVector.Subtract(left.second, right.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Multiply(Pair<TVector, T> left, Pair<TVector, T> right) =>
        new(TVector.Multiply(left.first, right.first), TVector.Multiply(left.second, right.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Divide(Pair<TVector, T> left, Pair<TVector, T> right) =>
        new(TVector.Divide(left.first, right.first), TVector.Divide(left.second, right.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Round(Pair<TVector, T> vector) => new(TVector.Round(vector.first), TVector.Round(vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Abs(Pair<TVector, T> vector) => new(TVector.Abs(vector.first), TVector.Abs(vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> NegativeAbs(Pair<TVector, T> vector) => new(TVector.NegativeAbs(vector.first), TVector.NegativeAbs(vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> AtLeast(Pair<TVector, T> vector, Pair<TVector, T> limit) =>
        new(TVector.AtLeast(vector.first, limit.first), TVector.AtLeast(vector.second, limit.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> AtMost(Pair<TVector, T> vector, Pair<TVector, T> limit) =>
        new(TVector.AtMost(vector.first, limit.first), TVector.AtMost(vector.second, limit.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> CopySign(Pair<TVector, T> magnitude, Pair<TVector, T> sign) =>
        new(TVector.CopySign(magnitude.first, sign.first), TVector.CopySign(magnitude.second, sign.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> Scale(Pair<TVector, T> vector, Pair<TVector, T> exponent) =>
        new(TVector.Scale(vector.first, exponent.first), TVector.Scale(vector.second, exponent.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> MultiplyAdd(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> addend) =>
        new(TVector.MultiplyAdd(left.first, right.first, addend.first), TVector.MultiplyAdd(left.second, right.second, addend.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> MultiplyAddNegated(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> addend) =>
        new(TVector.MultiplyAddNegated(left.first, right.first, addend.first), TVector.MultiplyAddNegated(left.second, right.second, addend.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pair<TVector, T> sum, Pair<TVector, T> left, Pair<TVector, T> right) =>
        sum = MultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TVector, T> SelectGreater(Pair<TVector, T> left, Pair<TVector, T> right, Pair<TVector, T> ifTrue, Pair<TVector, T> ifFalse) =>
        new(
            TVector.SelectGreater(left.first, right.first, ifTrue.first, ifFalse.first),
            TVector.SelectGreater(left.second, right.second, ifTrue.second, ifFalse.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Pair<TVector, T> vector) => TVector.Sum(TVector.Add(vector.first, vector.second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(Pair<TVector, T> vector) => TVector.Max(TVector.AtLeast(vector.first, vector.second));
}
