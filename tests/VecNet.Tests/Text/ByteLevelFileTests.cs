using System.Text;
using System.Text.Json.Nodes;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Byte-level tokenizers from the files of models, and what is wrong with files.</summary>
public sealed class ByteLevelFileTests : IDisposable
{
    internal static readonly string[] Tokens = ["<s>", "<pad>", "</s>", .. ByteLevelReference.Letters, "he", "\u0120he", "<mask>"];

    private static readonly (string, string)[] Merges = [("h", "e"), ("\u0120", "he")];

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_folder_of_GPT2_is_read()
    {
        Gpt2Vocabulary.WriteFolder(scratch["gpt2"]);
        ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load(scratch["gpt2"]);
        Assert.Equal(50_257, tokenizer.VocabularySize);
        Assert.Equal([15496, 995, 50256], tokenizer.Encode("Hello world<|endoftext|>"));
    }

    [Theory]
    [InlineData("\n", "#version: 0.2\n", "")]
    [InlineData("\r\n", "", "\r\n\r\n")]
    public void Merges_are_lines(string end, string before, string after)
    {
        WriteVocabulary();
        scratch.Write("merges.txt", before + string.Join(end, Merges.Select(pair => $"{pair.Item1} {pair.Item2}")) + after);
        int he = Array.IndexOf(Tokens, "he");
        Assert.Equal([he, he + 1], ByteLevelTokenizer.Load(scratch.Path).Encode("he he"));
    }

    /// <summary>RoBERTa's tokens, if the folder says that it is RoBERTa's: white space before a mask belongs to it.</summary>
    [Fact]
    public void RoBERTa_has_tokens_around_a_text()
    {
        WriteVocabulary();
        scratch.Write("merges.txt", "h e\n\u0120 he");
        int he = Array.IndexOf(Tokens, "he"), mask = he + 2;
        Assert.Equal(new[] { he }, ByteLevelTokenizer.Load(scratch.Path).Encode("he"));
        scratch.Write("tokenizer_config.json", """{"tokenizer_class": "RobertaTokenizer"}""");
        ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load(scratch.Path);
        Assert.Equal([0, he, mask, he, 2], tokenizer.Encode("he  <mask>he"));
        Assert.Equal("he<mask>he", tokenizer.Decode([0, he, mask, he, 2], skipSpecialTokens: false)[3..^4]);
        Assert.Equal("hehe", tokenizer.Decode([0, he, mask, he, 2]));
        Assert.Equal([0, 2], tokenizer.Encode(""));
        Assert.Throws<ArgumentOutOfRangeException>("maxLength", () => tokenizer.Encode("a", maxLength: 1));
        var options = new ByteLevelOptions { AddsPrefixSpace = true, LastToken = "</s>" };
        Assert.Equal([he + 1, 2], ByteLevelTokenizer.Load(scratch.Path, options).Encode("he"));
    }

    /// <summary>tokenizer.json comes first; its merges are strings or lists.</summary>
    [Fact]
    public void A_tokenizer_of_Hugging_Face_is_read()
    {
        scratch.Write("vocab.json", "");
        scratch.Write("merges.txt", "");
        JsonNode json = Json();
        scratch.Write("tokenizer.json", json.ToJsonString());
        int he = Array.IndexOf(Tokens, "he");
        Assert.Equal([0, he + 1, he + 1, 2], ByteLevelTokenizer.Load(scratch.Path).Encode("he he"));
        json["model"]!["merges"] = new JsonArray("h e", "\u0120 he");
        json["pre_tokenizer"]!["add_prefix_space"] = false;
        json["post_processor"] = null;
        Assert.Equal([he, he + 1], Read(json).Encode("he he"));
        json["post_processor"] = new JsonObject { ["type"] = "ByteLevel" };
        Assert.Equal([he, he + 1], Read(json).Encode("he he"));
        json["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "</s>"}}]}
            """);
        Assert.Equal([he, 2], Read(json).Encode("he"));
    }

    /// <summary>The file's own tokens stay as they are; those that the vocabulary does not have are passed over.</summary>
    [Fact]
    public void Special_tokens_of_options_join_those_of_the_file()
    {
        JsonNode json = Json();
        int he = Array.IndexOf(Tokens, "he"), mask = he + 2;
        Assert.DoesNotContain(mask, Read(json).Encode("<mask>"));
        var options = new ByteLevelOptions { LastToken = "</s>", SpecialTokens = ["<mask>", "<s>", "<other>"] };
        ByteLevelTokenizer tokenizer = Read(json, options);
        Assert.Equal([he, mask, 0, 2, he, 2], tokenizer.Encode("he<mask><s></s>he"));
        Assert.Equal("hehe", tokenizer.Decode([he, mask, 0, 2, he, 2]));
    }

    [Theory]
    [InlineData("model.type", "\"WordPiece\"", "Its model is WordPiece, not BPE.")]
    [InlineData("model.dropout", "0.1", "Its model has a dropout")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "continuing_subword_prefix of its model is \"##\"")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix of its model is \"</w>\"")]
    [InlineData("model.byte_fallback", "true", "byte_fallback of its model is true")]
    [InlineData("model.ignore_merges", "true", "ignore_merges of its model is true")]
    [InlineData("model.merges", "null", "Its model has no list of merges.")]
    [InlineData("model.merges", "[\"h e\", \"a\"]", "Entry 1 of the merges has not two tokens with a space between them, but \"a\".")]
    [InlineData("model.merges", "[[\"h\"]]", "Entry 0 of the merges is not two tokens")]
    [InlineData("model.merges", "[\"h f\"]", "The pair in entry 0 of the merges needs the token \"hf\"")]
    [InlineData("model.vocab", "{\"<s>\": 0}", "The vocabulary has no token \"\u0100\", which stands for the byte 0")]
    [InlineData("model.vocab", "[]", "It has no vocab")]
    [InlineData("normalizer", "{\"type\": \"NFC\"}", "Its normalizer is NFC")]
    [InlineData("pre_tokenizer.type", "\"Split\"", "Its pre_tokenizer is Split, not ByteLevel.")]
    [InlineData("pre_tokenizer.use_regex", "false", "use_regex of its pre_tokenizer is false")]
    [InlineData("post_processor.cls", "[\"<x>\", 0]", "no token \"<x>\", which stands for the beginning of a text")]
    [InlineData("added_tokens", "[{\"id\": 0, \"content\": \"<new>\"}]", "\"<s>\" and \"<new>\" have the same number, 0.")]
    public void Another_tokenizer_is_refused_by_name(string place, string value, string expected)
    {
        string[] names = place.Split('.');
        JsonNode json = Json();
        (names.Length == 1 ? json : json[names[0]]!)[names[^1]] = JsonNode.Parse(value);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(json)).Message);
        if (!place.StartsWith("post_processor", StringComparison.Ordinal))
        {
            // Options take the place of the file's, but not of what decides about tokens.
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(json, new() { AddsPrefixSpace = true })).Message);
        }
    }

    [Theory]
    [InlineData("vocab.json", "[]", "The vocabulary is not an object of tokens with their numbers.")]
    [InlineData("vocab.json", "{\"a\"", "It is not valid JSON")]
    [InlineData("merges.txt", "h e\nh", "Line 2 has not two tokens with a space between them, but \"h\".")]
    [InlineData("merges.txt", "#version: 0.2\nh e\nx y", "The pair in line 3 needs the token \"xy\"")]
    public void Bad_files_are_named(string name, string content, string expected)
    {
        WriteVocabulary();
        scratch.Write("merges.txt", "h e");
        string path = scratch.Write(name, content);
        string message = Assert.Throws<InvalidDataException>(() => ByteLevelTokenizer.Load(scratch.Path)).Message;
        Assert.StartsWith(path + ": ", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        WriteVocabulary();
        Assert.Contains(
            "has neither tokenizer.json nor vocab.json and merges.txt",
            Assert.Throws<FileNotFoundException>(() => ByteLevelTokenizer.Load(scratch.Path)).Message);
        Assert.Throws<FileNotFoundException>(() => ByteLevelTokenizer.Load(scratch["tokenizer.json"]));
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused()
    {
        WriteVocabulary();
        File.WriteAllBytes(scratch["merges.txt"], [65, 32, 0xFF]);
        Assert.Contains("It is not UTF-8.", Assert.Throws<InvalidDataException>(() => ByteLevelTokenizer.Load(scratch.Path)).Message);
    }

    [Fact]
    public void Wrong_lists_and_options_are_refused()
    {
        static void Refused(string parameter, string expected, Action act)
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(act);
            Assert.Equal(parameter, error.ParamName);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }

        string[] letters = ByteLevelReference.Letters;
        Refused("tokens", "Token 1 is null.", () => _ = new ByteLevelTokenizer(["a", null!], []));
        Refused("tokens", "Token 0 is not valid Unicode.", () => _ = new ByteLevelTokenizer(["\uD83D"], []));
        Refused("tokens", "\"a\" occurs twice, as 97 and 256.", () => _ = new ByteLevelTokenizer([.. letters, "a"], []));
        Refused(
            "tokens", "no token \"a\", which stands for the byte 97",
            () => _ = new ByteLevelTokenizer([.. letters.Where(letter => letter != "a")], []));
        Refused(
            "tokens", "The pair in entry 0 of the merges needs the token \"ab\"",
            () => _ = new ByteLevelTokenizer(letters, [("a", "b")]));
        Refused("tokens", "no token \"<s>\"", () => _ = new ByteLevelTokenizer(letters, [], new() { FirstToken = "<s>" }));
        Refused("tokens", "no token \"<s>\"", () => _ = new ByteLevelTokenizer(letters, [], new() { LastToken = "<s>" }));
        Refused("options", "must not be empty", () => _ = new ByteLevelTokenizer(letters, [], new() { LastToken = "" }));
        Refused("options", "must not be empty", () => _ = new ByteLevelTokenizer(letters, [], new() { SpecialTokens = [""] }));
        Refused("merges", "", () => _ = new ByteLevelTokenizer(letters, null!));
        Refused("ranges", "2 ranges, but for 3 tokens", () => new ByteLevelTokenizer(letters, []).Encode("a", new int[3], new Range[2]));
    }

    [Fact]
    public void Options_that_are_not_set_are_equal()
    {
        Assert.Equal(new ByteLevelOptions(), new ByteLevelOptions());
        Assert.Equal(new ByteLevelOptions { FirstToken = "<s>" }, new ByteLevelOptions { FirstToken = "<s>" });
        Assert.NotEqual(new ByteLevelOptions(), new ByteLevelOptions { LastToken = "<s>" });
    }

    internal static string VocabularyJson(IEnumerable<string> tokens)
    {
        var vocabulary = new JsonObject();
        foreach ((int id, string token) in tokens.Index())
        {
            vocabulary[token] = id;
        }

        return vocabulary.ToJsonString();
    }

    internal static JsonNode Json() => new JsonObject
    {
        ["added_tokens"] = JsonNode.Parse("""[{"id": 0, "content": "<s>", "normalized": true, "special": true}]"""),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["use_regex"] = true },
        ["post_processor"] = JsonNode.Parse("""{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0]}"""),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE", ["dropout"] = null, ["continuing_subword_prefix"] = "", ["vocab"] = JsonNode.Parse(VocabularyJson(Tokens)),
            ["merges"] = new JsonArray(new JsonArray("h", "e"), new JsonArray("\u0120", "he")),
        },
    };

    private static ByteLevelTokenizer Read(JsonNode json, ByteLevelOptions? options = null) =>
        ByteLevelTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())), options);

    private void WriteVocabulary() => scratch.Write("vocab.json", VocabularyJson(Tokens));
}
