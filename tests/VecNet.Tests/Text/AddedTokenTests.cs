using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// Tokens that were added to a vocabulary, with each of their options, are found as Hugging Face finds them. The tokens in
/// added_tokens.json are those of its tokenizers (by the package Tokenizers.DotNet 1.4.1), for texts of parts in random order.
/// </summary>
public sealed class AddedTokenTests
{
    private static readonly Lazy<JsonElement[]> Golden = new(() =>
    {
        using Stream stream = typeof(AddedTokenTests).Assembly.GetManifestResourceStream("Text/added_tokens.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    });

    private static readonly Lazy<WordPieceVocabulary[]> Vocabularies = new(() => Array.ConvertAll(
        TextSamples.Options,
        options => new WordPieceVocabulary(options, TokenTexts.Create(TextSamples.Vocabulary), id => $"{id}")));

    public static TheoryData<string> Names => [.. Golden.Value.Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_are_those_of_Hugging_Face(string name)
    {
        (PretrainedTokenizer tokenizer, (string Text, int[] Ids)[] texts) = Read(name);
        Assert.True(texts.Length >= 30);
        Assert.All(texts, text =>
        {
            Assert.Equal(text.Ids, tokenizer.Encode(text.Text));
            Assert.Equal(text.Ids.Length, tokenizer.CountTokens(text.Text));
        });
    }

    /// <summary>A text that is cut has the first tokens, and the part of the text that a token comes from gives this token.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Ranges_and_rooms_are_those_of_the_tokens(string name)
    {
        (PretrainedTokenizer tokenizer, (string Text, int[] Ids)[] texts) = Read(name);
        foreach ((string text, int[] all) in texts)
        {
            for (int room = 2; room <= all.Length; room++)
            {
                int[] ids = new int[room];
                Range[] ranges = new Range[room];
                Assert.Equal(room, tokenizer.Encode(text, ids, ranges));
                Assert.Equal(all[..(room - 1)], ids[..(room - 1)]);
                int end = 0;
                for (int i = 1; i < room - 1; i++)
                {
                    (int start, int last) = (ranges[i].Start.Value, ranges[i].End.Value);
                    Assert.InRange(last, Math.Max(start, end), text.Length);
                    end = last;
                    if (tokenizer.GetToken(ids[i]) is "<R>" or "<L>" or "foobar" or "\u4E2D\u6587")
                    {
                        Assert.Contains(ids[i], tokenizer.Encode(text.AsSpan()[start..last]));
                    }
                }
            }
        }
    }

    /// <summary>White space between two tokens that it could belong to belongs to the first.</summary>
    [Theory]
    [InlineData("BertNormalizer 0", 1)]
    [InlineData("GPT-2", 0)]
    public void White_space_belongs_to_one_token(string name, int first)
    {
        (PretrainedTokenizer tokenizer, _) = Read(name);
        const string Text = "x \t<L><R>  <L>y<R>";
        int[] ids = new int[16];
        Range[] ranges = new Range[16];
        int count = tokenizer.Encode(Text, ids, ranges);
        Assert.Equal(
            ["x", " \t<L>", "<R>  ", "<L>", "y", "<R>"],
            ranges[first..(count - first)].Select(range => Text[range]));
    }

    /// <summary>A token that would have to be a single word hides the shorter ones in it.</summary>
    [Theory]
    [InlineData("BertNormalizer 0")]
    [InlineData("GPT-2")]
    public void A_token_that_is_no_single_word_hides_others(string name)
    {
        (PretrainedTokenizer tokenizer, _) = Read(name);
        AssertContains("oo", "xoo", isFound: true);
        AssertContains("oo", "xfoo", isFound: false);
        AssertContains("ar", "xar", isFound: true);
        AssertContains("ar", "xbar", isFound: false);

        if (tokenizer is WordPieceTokenizer)
        {
            // BERT's normalization puts spaces around Chinese characters.
            AssertContains("bar", "\u4E2Dbar", isFound: true);
        }

        void AssertContains(string token, string text, bool isFound) =>
            Assert.Equal(isFound, tokenizer.Encode(text).Contains(tokenizer.FindToken(token)!.Value));
    }

    /// <summary>A text that has been normalized is not changed by normalizing it again, whatever the options are.</summary>
    [Property]
    public void Normal_texts_stay(int[] parts) => AssertStays(TextSamples.Mixed(parts));

    [Fact]
    public void Every_normal_character_stays() => Assert.All(
        UnicodeReference.All.Chunk(4096), characters => AssertStays(string.Join(' ', characters)));

    [Fact]
    public void Warm_calls_allocate_nothing()
    {
        foreach (string name in new[] { "BertNormalizer 0", "GPT-2" })
        {
            (PretrainedTokenizer tokenizer, (string Text, int[] _)[] texts) = Read(name);
            string text = string.Concat(Enumerable.Repeat(string.Concat(texts.Select(entry => entry.Text)), 10));
            int[] ids = new int[tokenizer.CountTokens(text)];
            Range[] ranges = new Range[ids.Length];
            Assert.Equal(0, Allocations.PerCall(() => tokenizer.Encode(text, ids, ranges)));
        }
    }

    /// <summary>Marks that are put in order, white space that belongs to tokens, and tokens one after another.</summary>
    [Theory]
    [InlineData("\u302E\U0001D16D\U0001D165")]
    [InlineData(" ")]
    [InlineData("<R> ")]
    [InlineData("[MASK")]
    [InlineData("a b\t")]
    public void Long_texts_take_linear_time(string part)
    {
        (PretrainedTokenizer tokenizer, _) = Read("BertNormalizer 0");
        string text = string.Concat(Enumerable.Repeat(part, LongRun.Of(500_000, 10_000_000) / part.Length));
        Assert.InRange(tokenizer.CountTokens(text), 2, text.Length + 2);
    }

    private static void AssertStays(string text)
    {
        foreach (WordPieceVocabulary vocabulary in Vocabularies.Value)
        {
            string once = Normalized(text), twice = Normalized(once);
            if (vocabulary.Options.SeparateChineseCharacters)
            {
                // Each time there are more spaces around Chinese characters.
                (once, twice) = (once.Replace(" ", ""), twice.Replace(" ", ""));
            }

            Assert.Equal(once, twice);

            string Normalized(string original)
            {
                var normalized = new NormalizedText();
                normalized.Set(original, vocabulary, offset: 0, needsPlaces: true);
                return normalized.Text.ToString();
            }
        }
    }

    private static (PretrainedTokenizer Tokenizer, (string Text, int[] Ids)[] Texts) Read(string name)
    {
        JsonElement entry = Golden.Value.Single(entry => entry.GetProperty("name").GetString() == name);
        var stream = new MemoryStream(Encoding.UTF8.GetBytes(entry.GetProperty("tokenizer").GetRawText()));
        PretrainedTokenizer tokenizer =
            name.StartsWith("Bert", StringComparison.Ordinal) ? WordPieceTokenizer.Load(stream) : ByteLevelTokenizer.Load(stream);
        return (tokenizer, [.. entry.GetProperty("texts").EnumerateArray().Select(text => (
            text[0].GetString()!,
            text[1].GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray()))]);
    }
}
