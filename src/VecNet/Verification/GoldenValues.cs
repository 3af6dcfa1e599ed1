namespace VecNet;

/// <summary>Where the golden values of an operation are, and how they are compared.</summary>
/// <param name="File">The name of the file without its ending; null where there is none.</param>
/// <param name="Reason">Why there is none.</param>
internal sealed record GoldenValues(string? File, string Reason = "")
{
    /// <summary>
    /// A parameter of the cases that belong to the operation, and its value, where a file holds those of several operations.
    /// </summary>
    internal (string Parameter, string Value)? Choice { get; init; }

    /// <summary>
    /// Cases whose values are not wanted: where the parameter has the value, results may differ by so much, for the reason given.
    /// </summary>
    internal (string Parameter, double Value, double Absolute, string Reason)? Deviation { get; init; }

    /// <summary>Golden values in a file.</summary>
    public static implicit operator GoldenValues(string file) => new(file);

    /// <summary>None, for a reason.</summary>
    internal static GoldenValues None(string reason) => new(null, reason);
}
