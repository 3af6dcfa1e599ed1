using System.Text;
using System.Text.Json.Nodes;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Tokenizers from the files of models, and what is wrong with files.</summary>
/// <remarks>The file is long because it has a line for each fault of a file.</remarks>
public sealed class WordPieceFileTests : IDisposable
{
    private static readonly string[] Tokens =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "caf", "##e", "##\u00E9", "Caf", "\u4E2D", "##\u6587"];

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("\n", true, false)]
    [InlineData("\n", false, false)]
    [InlineData("\r\n", true, false)]
    [InlineData("\r\n", false, true)]
    public void A_vocabulary_has_a_token_in_each_line(string end, bool endsLast, bool hasMark)
    {
        string text = (hasMark ? "\uFEFF" : "") + string.Join(end, Tokens) + (endsLast ? end : "");
        WordPieceTokenizer[] tokenizers =
        [
            new(Tokens), WordPieceTokenizer.Load(scratch.Write("vocab.txt", text)), WordPieceTokenizer.Load(scratch.Path),
            WordPieceTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(text))),
        ];
        Assert.All(tokenizers, tokenizer =>
        {
            Assert.Equal(Tokens, Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.GetToken));
            Assert.Equal([2, 5, 6, 3], tokenizer.Encode("Caf\u00E9"));
            Assert.Equal(new WordPieceOptions(), tokenizer.Options);
        });
    }

    [Fact]
    public void A_line_may_be_empty()
    {
        string text = string.Join('\n', (string[])[Tokens[0], "", .. Tokens[1..], ""]);
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(scratch.Write("vocab.txt", text + "\n"));
        Assert.Equal((Tokens.Length + 2, 2, ""), (tokenizer.VocabularySize, tokenizer.UnknownId, tokenizer.GetToken(1)));
    }

    [Fact]
    public void The_directory_of_a_model_has_the_options()
    {
        scratch.Write("vocab.txt", string.Join('\n', Tokens));
        scratch.Write("tokenizer_config.json", """
            {"do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": false,
             "mask_token": {"content": "[PAD]", "lstrip": true}}
            """);
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(scratch.Path);
        Assert.Equal(
            new WordPieceOptions { Lowercase = false, SeparateChineseCharacters = false, MaskToken = "[PAD]" }, tokenizer.Options);
        Assert.Equal([2, 8, 7, 9, 10, 0, 1, 3], tokenizer.Encode("Caf\u00E9 \u4E2D\u6587 [PAD]."));
        var options = new WordPieceOptions { StripAccents = true };
        Assert.Same(options, WordPieceTokenizer.Load(scratch.Path, options).Options);

        // The values of tokenizer_config.json come before those of tokenizer.json, which comes before vocab.txt.
        scratch.Write("tokenizer.json", TokenizerJson().ToJsonString());
        scratch.Write("vocab.txt", "");
        Assert.Equal((false, false), (
            WordPieceTokenizer.Load(scratch.Path).Options.Lowercase, WordPieceTokenizer.Load(scratch.Path).Options.StripAccents));
        Assert.True(WordPieceTokenizer.Load(scratch["tokenizer.json"]).Options.Lowercase);
    }

    [Fact]
    public void A_tokenizer_of_Hugging_Face_is_read()
    {
        JsonNode json = TokenizerJson();
        json["model"]!["max_input_chars_per_word"] = 3;
        json["added_tokens"]!.AsArray().Add(Added(12, "[X]", false));
        WordPieceTokenizer tokenizer = Read(json);
        Assert.Equal(
            new WordPieceOptions { StripAccents = false, RemoveControlCharacters = false, MaxCharactersPerWord = 3 }, tokenizer.Options);
        Assert.Equal([2, 5, 1, 12, 1, 2, 1, 3], tokenizer.Encode("CAF caf\u00E9[X]x[CLS]ca\0"));
        Assert.Equal(("", "[X]", 13), (tokenizer.GetToken(11), tokenizer.GetToken(12), tokenizer.VocabularySize));
        Assert.Equal("caf [X]", tokenizer.Decode([2, 5, 12, 3]));
    }

    [Theory]
    [InlineData("BertProcessing")]
    [InlineData("RobertaProcessing")]
    public void Other_processors_put_the_same_tokens_around_a_text(string type)
    {
        JsonNode json = TokenizerJson();
        json["post_processor"] = JsonNode.Parse($$"""{"type": "{{type}}", "sep": ["[MASK]", 4], "cls": ["[PAD]", 0]}""");
        Assert.Equal([0, 5, 4], Read(json).Encode("caf"));
    }

    /// <summary>A token that only the list of added tokens has is no word.</summary>
    [Fact]
    public void Words_are_not_made_from_added_tokens()
    {
        JsonNode json = TokenizerJson();
        json["added_tokens"]!.AsArray().Add(Added(11, "Foo", true));
        Assert.Equal([2, 11, 1, 3], Read(json).Encode("Foo foo"));
    }

    [Fact]
    public void Of_added_tokens_that_begin_alike_the_longest_is_found()
    {
        JsonNode json = TokenizerJson();
        json["added_tokens"]!.AsArray().Add(Added(11, "[X", false));
        json["added_tokens"]!.AsArray().Add(Added(12, "[XY]", false));
        json["added_tokens"]!.AsArray().Add(Added(13, "[XY", false));
        Assert.Equal([2, 12, 13, 11, 11, 12, 3], Read(json).Encode("[XY][XY[X[X[XY]"));
    }

    [Theory]
    [InlineData("", "The vocabulary is empty.")]
    [InlineData("[CLS]\n[SEP]\nthe\n", "The vocabulary of 3 tokens has no token \"[UNK]\"")]
    [InlineData("[UNK]\n[SEP]\nthe\n", "no token \"[CLS]\", which stands for the beginning of a text")]
    [InlineData("[UNK]\n[CLS]\nthe\n", "no token \"[SEP]\"")]
    [InlineData("[UNK]\n[CLS]\n[SEP]\nthe\n##the\nthe\n", "The token \"the\" occurs twice, in line 4 and line 6.")]
    [InlineData("[UNK]\n[CLS]\n[SEP]\n##abcdefghijklmnopqrstuvwxyz\n##abcdefghijklmnopqrstuvwxyz", "occurs twice, in line 4 and line 5.")]
    [InlineData("[UNK]\n[CLS]\na\0b\n", "The token in line 3 has the character U+0000")]
    [InlineData("{\"model\": ", "It is not valid JSON")]
    [InlineData("{}", "It has no model")]
    public void A_bad_vocabulary_is_refused(string text, string expected)
    {
        string path = scratch.Write("vocab.txt", text);
        string message = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(path)).Message;
        Assert.StartsWith(path + ": ", message);
        Assert.Contains(expected, message);
        Assert.Contains(
            expected,
            Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)))).Message);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused() => Assert.Equal(
        "Line 2 is not UTF-8.",
        Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(new MemoryStream([65, 10, 0xFF, 10]))).Message);

    [Theory]
    [InlineData("model.type", "\"BPE\"", "Its model is BPE, not WordPiece.")]
    [InlineData("model.type", "\"Unigram\"", "Its model is Unigram, not WordPiece.")]
    [InlineData("model.vocab", "{}", "The vocabulary is empty.")]
    [InlineData("model.vocab", "{\"a\": 0, \"b\": 0}", "The tokens \"a\" and \"b\" have the same number, 0.")]
    [InlineData("model.vocab", "{\"a\": 2000000000}", "has the number 2000000000, but there are only 1 tokens")]
    [InlineData("model.vocab", "{\"a\": -1}", "The token \"a\" has no number from 0 on.")]
    [InlineData(
        "model.vocab", "{\"[PAD]\": 0, \"[UNK]\": 1, \"[CLS]\": 2, \"[SEP]\": 3, \"[MASK]\": 4, \"a\": 5, \"a\": 6}",
        "The token \"a\" occurs twice, in the vocabulary as 5 and the vocabulary as 6.")]
    [InlineData("model.vocab", "{\"\\uD83D\": 0}", "is not valid Unicode")]
    [InlineData("model.unk_token", "\"<unk>\"", "no token \"<unk>\"")]
    [InlineData("model.max_input_chars_per_word", "0", "max_input_chars_per_word is 0; it must be from 1 to 10000.")]
    [InlineData("model.continuing_subword_prefix", "\"\"", "continuing_subword_prefix of its model is empty.")]
    [InlineData("normalizer", "null", "It has no normalizer")]
    [InlineData("normalizer.type", "\"Sequence\"", "Its normalizer is Sequence, not BertNormalizer.")]
    [InlineData("pre_tokenizer.type", "\"Whitespace\"", "Its pre_tokenizer is Whitespace, not BertPreTokenizer.")]
    [InlineData("post_processor.type", "\"ByteLevel\"", "Its post_processor is ByteLevel, not TemplateProcessing.")]
    [InlineData("post_processor.single", "[]", "does not put one token before and one token after")]
    [InlineData("post_processor", "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 3]}", "cls of its post_processor")]
    [InlineData("added_tokens", "[{\"id\": 0, \"content\": \"a\", \"normalized\": false}]", "\"[PAD]\" and \"a\" have the same number, 0.")]
    [InlineData("added_tokens", "[{\"id\": 0}]", "An entry of added_tokens has no content")]
    public void Another_tokenizer_is_refused_by_name(string place, string value, string expected)
    {
        string[] names = place.Split('.');
        string text = TokenizerJson().ToJsonString();
        JsonNode json = JsonNode.Parse(text)!;
        JsonNode parent = names.Length == 1 ? json : json[names[0]]!;
        const string Placeholder = "here comes the value";
        parent[names[^1]] = Placeholder;
        text = json.ToJsonString().Replace($"\"{Placeholder}\"", value, StringComparison.Ordinal);
        Assert.Contains(expected, MessageFor(null));
        if (place != "model.unk_token")
        {
            // Options take the place of the file's, but not of what decides about tokens.
            Assert.Contains(expected, MessageFor(new() { Lowercase = false }));
        }

        string MessageFor(WordPieceOptions? options) => Assert.Throws<InvalidDataException>(
            () => WordPieceTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), options)).Message;
    }

    [Fact]
    public void An_added_token_of_which_nothing_remains_is_refused()
    {
        JsonNode json = TokenizerJson();
        json["normalizer"]!["clean_text"] = true;
        json["added_tokens"]!.AsArray().Add(JsonNode.Parse("""{"id": 11, "content": "\u00AD"}"""));
        Assert.Contains("nothing of the added token \"\u00AD\"", Assert.Throws<InvalidDataException>(() => Read(json)).Message);
    }

    /// <summary>The number of a token in the vocabulary counts, as for Hugging Face.</summary>
    [Fact]
    public void An_added_token_that_the_vocabulary_has_keeps_its_number()
    {
        JsonNode json = TokenizerJson();
        json["added_tokens"]!.AsArray().Add(Added(20, "Caf", false));
        Assert.Equal([2, 8, 1, 3], Read(json).Encode("Caf x"));
    }

    /// <summary>Old files do not name the type of a byte-pair encoding.</summary>
    [Fact]
    public void A_model_without_a_type_is_known_by_its_merges()
    {
        JsonNode json = TokenizerJson();
        json["model"]!.AsObject().Remove("type");
        Assert.Equal(5, Read(json).FindToken("caf"));
        json["model"]!["merges"] = new JsonArray();
        Assert.Contains("Its model is BPE", Assert.Throws<InvalidDataException>(() => Read(json)).Message);
    }

    [Theory]
    [InlineData("{", "It is not valid JSON")]
    [InlineData("[]", "It is not a JSON object.")]
    [InlineData("{\"do_lower_case\": 1}", "do_lower_case is neither true nor false, but 1.")]
    [InlineData("{\"unk_token\": \"\\uD83D\"}", "is not valid Unicode")]
    public void A_bad_configuration_is_refused(string text, string expected)
    {
        scratch.Write("vocab.txt", string.Join('\n', Tokens));
        string path = scratch.Write("tokenizer_config.json", text);
        string message = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(scratch.Path)).Message;
        Assert.StartsWith(path + ": ", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void A_directory_without_a_vocabulary_is_refused()
    {
        Assert.Contains(
            $"{scratch.Path} has neither tokenizer.json nor vocab.txt",
            Assert.Throws<FileNotFoundException>(() => WordPieceTokenizer.Load(scratch.Path)).Message);
        Assert.Throws<FileNotFoundException>(() => WordPieceTokenizer.Load(scratch["vocab.txt"]));
    }

    [Fact]
    public void Bad_lists_and_options_are_refused()
    {
        static void Refused(string parameter, string expected, Action act)
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(act);
            Assert.Equal(parameter, error.ParamName);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }

        Refused("tokens", "Token 1 is null.", () => _ = new WordPieceTokenizer(["a", null!]));
        Refused("tokens", "Token 0 is not valid Unicode.", () => _ = new WordPieceTokenizer(["\uD83D"]));
        Refused("tokens", "occurs twice, in entry 0 and entry 11.", () => _ = new WordPieceTokenizer([.. Tokens, "[PAD]"]));
        Refused("tokens", "has no token \"[UNK]\"", () => _ = new WordPieceTokenizer([]));
        Refused("tokens", "", () => _ = new WordPieceTokenizer(null!));
        Refused("options", "from 1 to 10000; it is 0", () => _ = new WordPieceTokenizer(Tokens, new() { MaxCharactersPerWord = 0 }));
        Refused("options", "UnknownToken must not be empty.", () => _ = new WordPieceTokenizer(Tokens, new() { UnknownToken = "" }));
        Refused("options", "ContinuationPrefix", () => WordPieceTokenizer.Load(new MemoryStream(), new() { ContinuationPrefix = null! }));
        Refused("stream", "", () => WordPieceTokenizer.Load((Stream)null!));
        Refused("path", "", () => WordPieceTokenizer.Load(""));
    }

    private static WordPieceTokenizer Read(JsonNode json) =>
        WordPieceTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())));

    private static JsonNode Added(int id, string content, bool special) => JsonNode.Parse($$"""
        {"id": {{id}}, "content": "{{content}}", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
         "special": {{(special ? "true" : "false")}}}
        """)!;

    /// <summary>A file as Hugging Face's tokenizers write it, with other options than the defaults.</summary>
    private static JsonNode TokenizerJson()
    {
        JsonNode json = JsonNode.Parse("""
            {
              "version": "1.0", "truncation": {"max_length": 3}, "padding": null, "added_tokens": [],
              "normalizer":
                {"type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": true, "strip_accents": false, "lowercase": true},
              "pre_tokenizer": {"type": "BertPreTokenizer"},
              "post_processor": {
                "type": "TemplateProcessing",
                "single": [
                  {"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "pair": [], "special_tokens": {}
              },
              "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
              "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {}
              }
            }
            """)!;
        for (int id = 0; id < Tokens.Length; id++)
        {
            json["model"]!["vocab"]![Tokens[id]] = id;
            if (id < 5)
            {
                json["added_tokens"]!.AsArray().Add(Added(id, Tokens[id], true));
            }
        }

        return json;
    }
}
