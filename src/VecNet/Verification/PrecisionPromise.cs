namespace VecNet;

/// <summary>The precision of a function over all finite inputs.</summary>
internal sealed class PrecisionPromise(double? units, bool hasTail = false, string reason = "")
{
    /// <summary>The largest error in units in the last place; null where it is not measured in them.</summary>
    internal readonly double? Units = units;

    /// <summary>
    /// Whether units are those of the argument where the result is a small difference of larger numbers, or where a factor underflows
    /// before the result does.
    /// </summary>
    internal readonly bool HasTail = hasTail;

    /// <summary>The reason why the error is not measured in units in the last place.</summary>
    internal readonly string Reason = reason;

    /// <summary>Creates a promise of the given number of units everywhere.</summary>
    public static implicit operator PrecisionPromise(double units) => new((double?)units);

    /// <summary>Creates an entry that is not measured in units in the last place, with the reason.</summary>
    internal static PrecisionPromise None(string reason) => new(null, false, reason);
}
