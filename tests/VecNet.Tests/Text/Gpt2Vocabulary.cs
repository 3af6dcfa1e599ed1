using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Tokenizers;

namespace VecNet.Tests;

/// <summary>
/// GPT-2's vocabulary, a resource of the package Microsoft.ML.Tokenizers.Data.R50kBase (MIT), and Microsoft's tokenizer of it.
/// </summary>
internal static class Gpt2Vocabulary
{
    private static readonly Lazy<string[]> LazyTokens = new(ReadTokens);
    private static readonly Lazy<(string Left, string Right)[]> LazyMerges = new(FindMerges);
    private static readonly Lazy<TiktokenTokenizer> LazyPeer = new(() => TiktokenTokenizer.CreateForEncoding("r50k_base"));

    /// <summary>The tokens in the letters of vocabularies; the last of the 50,257 is the end of a text.</summary>
    internal static string[] Tokens => LazyTokens.Value;

    /// <summary>The pairs that are merged.</summary>
    internal static (string Left, string Right)[] Merges => LazyMerges.Value;

    /// <summary>Microsoft's tokenizer.</summary>
    internal static TiktokenTokenizer Peer => LazyPeer.Value;

    /// <summary>The resource has a line for each token but the last: its bytes in Base64 and its number.</summary>
    private static string[] ReadTokens()
    {
        using Stream packed = Assembly.Load("Microsoft.ML.Tokenizers.Data.R50kBase")
            .GetManifestResourceStream("r50k_base.tiktoken.deflate")!;
        using var reader = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        Assert.StartsWith("Capacity", reader.ReadLine());
        List<string> tokens = [];
        for (string? line; (line = reader.ReadLine()) is not null;)
        {
            tokens.Add(string.Concat(Convert.FromBase64String(line.Split(' ')[0]).Select(value => ByteLevelReference.Letters[value])));
        }

        Assert.Equal(50_256, tokens.Count);
        return [.. tokens, "<|endoftext|>"];
    }

    /// <summary>Tokens are in the order of the merges that made them: of which two is what earlier merges leave of a token.</summary>
    private static (string, string)[] FindMerges()
    {
        Dictionary<string, int> ranks = Tokens.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        List<(string, string)> merges = [];
        for (int id = 256; id < Tokens.Length - 1; id++)
        {
            List<string> parts = [.. Tokens[id].Select(letter => letter.ToString())];
            while (parts.Count > 2)
            {
                int best = Enumerable.Range(0, parts.Count - 1)
                    .MinBy(i => ranks.TryGetValue(parts[i] + parts[i + 1], out int rank) ? rank : int.MaxValue);
                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }

            merges.Add((parts[0], parts[1]));
        }

        return [.. merges];
    }

    /// <summary>Writes the two files of a model's folder.</summary>
    internal static void WriteFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        var vocabulary = new System.Text.Json.Nodes.JsonObject();
        foreach ((int id, string token) in Tokens.Index())
        {
            vocabulary[token] = id;
        }

        File.WriteAllText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString());
        string merges = string.Join('\n', Merges.Select(pair => $"{pair.Left} {pair.Right}"));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), $"#version: 0.2\n{merges}\n");
    }
}
