namespace VecNet;

/// <summary>How exact a function is, over all finite inputs.</summary>
/// <param name="Units">The largest error in units in the last place; null where it is not measured in them.</param>
/// <param name="HasTail">
/// Whether units are counted by the argument where the result is the small difference of what is not, or where a factor underflows before
/// the result does.
/// </param>
/// <param name="Reason">Why it is not measured in units in the last place.</param>
internal sealed record PrecisionPromise(double? Units, bool HasTail = false, string Reason = "")
{
    /// <summary>So many units everywhere.</summary>
    public static implicit operator PrecisionPromise(double units) => new(Units: units);

    /// <summary>Not measured in units in the last place, for a reason.</summary>
    internal static PrecisionPromise None(string reason) => new(null, false, reason);
}
