using System.Globalization;

namespace VecNet;

/// <summary>A number of things in a text for the user: "1 token", "2 tokens".</summary>
internal static class Counted
{
    /// <summary>The number with a noun, whose plural ends with an s.</summary>
    internal static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
