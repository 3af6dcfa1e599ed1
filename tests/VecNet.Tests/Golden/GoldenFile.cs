using System.Text.Json;

namespace VecNet.Tests;

/// <summary>How far an actual value may be from a golden one: |actual − expected| ≤ Absolute + Relative·|expected|.</summary>
public readonly record struct Tolerance(double Relative, double Absolute)
{
    /// <summary>For cases of small integers, which every summation order gets right.</summary>
    public static Tolerance Exact => default;

    /// <summary>For float code, whatever the file says about double.</summary>
    public static Tolerance OfSinglePrecision => new(1e-5, 1e-5);

    internal static Tolerance? Read(JsonElement owner) => owner.TryGetProperty("tolerance", out JsonElement tolerance)
        ? new(tolerance.GetProperty("rtol").GetDouble(), tolerance.GetProperty("atol").GetDouble())
        : null;
}

/// <summary>
/// One file of golden values, embedded in the test assembly; the loader of the format that its origin's README describes.
/// </summary>
public sealed class GoldenFile
{
    /// <summary>What names of cases contain whose values float does not hold or whose conditioning it does not survive.</summary>
    private static readonly string[] BeyondSinglePrecision =
        ["extreme", "huge", "subnormal", "offset", "overflow", "underflow", "tiny", "edge"];

    private GoldenFile(string name, JsonElement root)
    {
        Name = name;
        Description = root.GetProperty("description").GetString()!;
        Tolerance tolerance = Tolerance.Read(root)
            ?? throw new InvalidDataException($"{name}.json states no tolerance.");
        Cases = [.. root.GetProperty("cases").EnumerateArray().Select(element => new GoldenCase(name, element, tolerance))];
    }

    public string Name { get; }

    public string Description { get; }

    public IReadOnlyList<GoldenCase> Cases { get; }

    /// <summary>The names of all embedded files.</summary>
    public static IEnumerable<string> Names => typeof(GoldenFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("Golden/", StringComparison.Ordinal))
        .Select(name => name["Golden/".Length..^".json".Length])
        .Order();

    public static GoldenFile Load(string name)
    {
        using Stream stream = typeof(GoldenFile).Assembly.GetManifestResourceStream($"Golden/{name}.json")
            ?? throw new FileNotFoundException($"There is no golden file {name}.json in the test assembly.");
        using JsonDocument document = JsonDocument.Parse(stream);
        return new(name, document.RootElement.Clone());
    }

    /// <summary>The case of that name.</summary>
    public GoldenCase Case(string name) => Cases.Single(@case => @case.Name == name);

    /// <summary>The names of the cases that code computing in <typeparamref name="T"/> can be held to, as rows of a theory.</summary>
    public TheoryData<string> CasesFor<T>() =>
        [.. Cases.Select(@case => @case.Name).Where(name => typeof(T) == typeof(double) || !IsBeyondSinglePrecision(name))];

    internal static bool IsBeyondSinglePrecision(string name) =>
        BeyondSinglePrecision.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
