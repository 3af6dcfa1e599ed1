using System.Text.Json;

namespace VecNet.Text;

/// <summary>Reads a <see cref="ByteLevelTokenizer"/> from <c>tokenizer.json</c>.</summary>
internal sealed class ByteLevelJson(JsonElement root) : TokenizerJson(root)
{
    /// <param name="options">The options; null for those of the file, which must be supported in any case.</param>
    internal ByteLevelVocabulary Read(ByteLevelOptions? options)
    {
        if (ModelOf(Root) is not "BPE" and var type)
        {
            throw new InvalidDataException($"Its model is {type}, not BPE.");
        }

        JsonElement model = Object(Root, "model");
        ByteLevelOptions read = ReadOptions(model);
        List<string?> tokens = ReadTokens(Object(model, "vocab"));
        List<AddedToken> added = ReadAdded(tokens);
        if (options is not null)
        {
            AddSpecial(added, options.AllSpecial, NumbersOf(tokens));
        }

        return new(options ?? read, tokens, ReadMerges(model), added, rank => $"entry {rank} of the merges");
    }

    private static List<(string Left, string Right)> ReadMerges(JsonElement model)
    {
        if (!model.TryGetProperty("merges", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("Its model has no list of merges.");
        }

        List<(string, string)> pairs = [];
        foreach (JsonElement pair in list.EnumerateArray())
        {
            string place = $"Entry {pairs.Count} of the merges";
            pairs.Add(
                pair.ValueKind == JsonValueKind.String ? ByteLevelFiles.PairOf(pair.GetString()!, place)
                : pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
                    && pair[0].ValueKind == JsonValueKind.String && pair[1].ValueKind == JsonValueKind.String
                    ? (pair[0].GetString()!, pair[1].GetString()!)
                    : throw new InvalidDataException($"{place} is not two tokens, but {pair.GetRawText()}."));
        }

        return pairs;
    }

    private ByteLevelOptions ReadOptions(JsonElement model)
    {
        foreach (string name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (Text(model, name) is { Length: > 0 } text)
            {
                throw new InvalidDataException($"{name} of its model is \"{text}\"; only models without it are supported.");
            }
        }

        foreach (string name in new[] { "byte_fallback", "ignore_merges" })
        {
            if (Flag(model, name) == true)
            {
                throw new InvalidDataException($"{name} of its model is true, which is not supported.");
            }
        }

        if (model.TryGetProperty("dropout", out JsonElement dropout) && dropout.ValueKind == JsonValueKind.Number)
        {
            throw new InvalidDataException("Its model has a dropout, with which tokens are random.");
        }

        if (Root.TryGetProperty("normalizer", out JsonElement normalizer) && normalizer.ValueKind != JsonValueKind.Null)
        {
            throw new InvalidDataException(
                $"Its normalizer is {TypeOf(normalizer) ?? "of no known type"}; only byte-level models without one are supported.");
        }

        JsonElement splitting = Object(Root, "pre_tokenizer");
        Expect(splitting, "pre_tokenizer", "ByteLevel");
        if (Flag(splitting, "use_regex") == false)
        {
            throw new InvalidDataException("use_regex of its pre_tokenizer is false; only GPT-2's division into words is supported.");
        }

        (string? first, string? last) = Root.TryGetProperty("post_processor", out JsonElement processor)
            && processor.ValueKind != JsonValueKind.Null && TypeOf(processor) != "ByteLevel"
                ? ReadTemplate(processor)
                : (null, null);
        return new() { AddsPrefixSpace = Flag(splitting, "add_prefix_space") ?? true, FirstToken = first, LastToken = last };
    }
}
