namespace VecNet;

/// <summary>The precision of a function over all finite inputs.</summary>
/// <param name="Units">The largest error in units in the last place; null where it is not measured in them.</param>
/// <param name="HasTail">
/// Whether units are those of the argument where the result is a small difference of larger numbers, or where a factor underflows before
/// the result does.
/// </param>
/// <param name="Reason">The reason why the error is not measured in units in the last place.</param>
internal sealed record PrecisionPromise(double? Units, bool HasTail = false, string Reason = "")
{
    /// <summary>Creates a promise of the given number of units everywhere.</summary>
    public static implicit operator PrecisionPromise(double units) => new(Units: units);

    /// <summary>Creates an entry that is not measured in units in the last place, with the reason.</summary>
    internal static PrecisionPromise None(string reason) => new(null, false, reason);
}
