using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The settings of a byte-level tokenizer beside <c>vocab.json</c> and <c>merges.txt</c>, and what is wrong with them.</summary>
public sealed class ByteLevelSettingsTests : IDisposable
{
    private static readonly string[] Tokens = ByteLevelFileTests.Tokens;

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Classes, tokens around a text, tokens that are not in the vocabulary, and a space before a text.</summary>
    [Fact]
    public void The_settings_of_a_folder_are_read()
    {
        WriteFolder();
        int he = Array.IndexOf(Tokens, "he"), mask = he + 2, next = Tokens.Length;
        scratch.Write("added_tokens.json", $$"""{"<x>": {{next}}, "<y>": {{next + 1}}, "<new>": {{next + 2}}, "<more>": {{next + 3}}}""");
        scratch.Write("tokenizer_config.json", """
            {"tokenizer_class": "BartTokenizerFast", "add_prefix_space": true, "cls_token": "<x>", "additional_special_tokens": ["<more>"]}
            """);
        scratch.Write("special_tokens_map.json", """{"cls_token": "<s>", "sep_token": {"content": "<y>", "rstrip": true}}""");
        ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load(scratch.Path);
        int[] ids = [next, he + 1, next + 2, he + 1, mask, next + 1, 0, next + 3, next + 1];
        Assert.Equal(ids, tokenizer.Encode("he<new>he  <mask><y>  <s><more>"));
        Assert.Equal(" he<new> he", tokenizer.Decode(ids));
        Assert.Equal((next + 4, "<more>"), (tokenizer.VocabularySize, tokenizer.GetToken(next + 3)));

        // Options take the place of the settings; the vocabulary remains.
        var options = new ByteLevelOptions { FirstToken = "<s>", SpecialTokens = ["<mask>"] };
        Assert.Equal(
            [0, he, next + 2, mask, he, next], ByteLevelTokenizer.Load(scratch.Path, options).Encode("he<new><mask>he<x>"));
    }

    /// <summary>The list of newer folders comes before the file of old ones.</summary>
    [Fact]
    public void The_settings_of_a_folder_have_tokens()
    {
        WriteFolder();
        int he = Array.IndexOf(Tokens, "he"), next = Tokens.Length;
        scratch.Write("added_tokens.json", $$"""{"<old>": {{next}}}""");
        scratch.Write("tokenizer_config.json", $$"""
            {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": false, "pad_token": "<pad>", "added_tokens_decoder":
             {"{{next}}": {"content": "<new>", "lstrip": true, "special": true}, "0": {"content": "<s>", "special": false} } }
            """);
        ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load(scratch.Path);
        Assert.Equal([he, next, 0, 1, he], tokenizer.Encode("he  <new><s><pad>he"));
        Assert.Equal("he<s>he", tokenizer.Decode([he, next, 0, 1, he]));
        Assert.DoesNotContain(2, tokenizer.Encode("</s>"));
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{\"tokenizer_class\": \"CLIPTokenizer\"}", "'tokenizer_class' is 'CLIPTokenizer'; without")]
    [InlineData("tokenizer_config.json", "{\"add_bos_token\": true}", "'add_bos_token' is true, which is not supported.")]
    [InlineData("tokenizer_config.json", "{\"add_eos_token\": true}", "'add_eos_token' is true, which is not supported.")]
    [InlineData("tokenizer_config.json", "{\"add_prefix_space\": 1}", "'add_prefix_space' is 1, and neither true nor false.")]
    [InlineData("tokenizer_config.json", "{\"cls_token\": 5}", "'cls_token' is 5, and not a token.")]
    [InlineData("tokenizer_config.json", "{\"additional_special_tokens\": [0]}", "'additional_special_tokens' is 0, and not a token.")]
    [InlineData("tokenizer_config.json", "{\"additional_special_tokens\": \"a\"}", "'additional_special_tokens' is not a list.")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": []}", "'added_tokens_decoder' is not an object of numbers")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"-1\": {\"content\": \"a\"}}}", "with '-1', which is not a number.")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"0\": \"new\"}}", "\"<s>\" and \"new\" have the same number, 0.")]
    [InlineData("special_tokens_map.json", "{\"unk_token\": []}", "'unk_token' is [], and not a token.")]
    [InlineData("added_tokens.json", "[]", "it is not an object.")]
    [InlineData("added_tokens.json", "{\"<new>\": -1}", "the token '<new>' has no number.")]
    [InlineData("added_tokens.json", "{\"<new>\": 2000000000}", "\"<new>\" has the number 2000000000, but there are only")]
    public void Wrong_settings_of_a_folder_are_named(string name, string content, string expected)
    {
        WriteFolder();
        string path = scratch.Write(name, content);
        string message = Assert.Throws<InvalidDataException>(() => ByteLevelTokenizer.Load(scratch.Path)).Message;
        Assert.StartsWith(path + ": ", message);
        Assert.Contains(expected, message);
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => ByteLevelTokenizer.Load(scratch.Path, new())).Message);
    }

    private void WriteFolder()
    {
        scratch.Write("vocab.json", ByteLevelFileTests.VocabularyJson(Tokens));
        scratch.Write("merges.txt", "h e\n\u0120 he");
    }
}
