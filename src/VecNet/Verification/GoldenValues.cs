namespace VecNet;

/// <summary>The golden values of an operation, and their comparison.</summary>
internal sealed class GoldenValues(string? file, string reason = "")
{
    /// <summary>The name of the file without its extension; null where there is none.</summary>
    internal readonly string? File = file;

    /// <summary>The reason why there is none.</summary>
    internal readonly string Reason = reason;

    /// <summary>
    /// A parameter of the cases that belong to the operation, and its value, where a file holds those of several operations.
    /// </summary>
    internal (string Parameter, string Value)? Choice;

    /// <summary>
    /// Cases that deviate from PyTorch on purpose: where the parameter has the value, results may differ by the given amount, for the given
    /// reason.
    /// </summary>
    internal (string Parameter, double Value, double Absolute, string Reason)? Deviation;

    /// <summary>Golden values in a file.</summary>
    public static implicit operator GoldenValues(string file) => new(file);

    /// <summary>Creates an entry without golden values, with the reason.</summary>
    internal static GoldenValues None(string reason) => new(null, reason);
}
