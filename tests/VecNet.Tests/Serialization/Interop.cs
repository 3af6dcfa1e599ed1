using System.Text.Json;

namespace VecNet.Tests;

/// <summary>Files of other makers, and malformed ones, embedded in the test assembly.</summary>
internal static class Interop
{
    /// <summary>Names that begin with <paramref name="prefix"/> and end with <paramref name="suffix"/>.</summary>
    public static IEnumerable<string> Names(string prefix, string suffix) => typeof(Interop).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith($"Interop/{prefix}", StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal))
        .Select(name => name["Interop/".Length..])
        .Order();

    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Interop).Assembly.GetManifestResourceStream($"Interop/{name}")
            ?? throw new FileNotFoundException($"There is no file {name} in the test assembly.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    public static JsonElement Json(string name)
    {
        using JsonDocument document = JsonDocument.Parse(Bytes(name));
        return document.RootElement.Clone();
    }
}

/// <summary>A directory of its own for one test, removed afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("vecnet-test-");

    public string PathOf(string name) => Path.Combine(directory.FullName, name);

    public string[] Files => [.. directory.GetFiles().Select(file => file.Name).Order()];

    public void Dispose() => directory.Delete(recursive: true);
}
