using System.Text;
using FsCheck.Xunit;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// GPT-2's tokens are those of Microsoft's tokenizer and of a plain implementation; every text comes back from its tokens.
/// </summary>
public sealed class ByteLevelTokenizerTests
{
    private const string Text =
        "The quick brown fox doesn't jump; the lazy dogs don't either. In 1984, 2001 and 2010 they'd jumped!\n\n  \u00DCber "
            + "gr\u00F6\u00DFere F\u00FC\u00DFe \u2014 \u732B\u3068\u72AC \U0001F600\U0001F600\t";

    private static readonly string[] Parts =
    [
        " ", "  ", "\n", "\t ", "\u00A0", "\u3000", "\u0085", "a", "the", " the", "he", "'s", "'ll", "'", "'re", "'x", " 's", "12", "7",
        "\u00E9", "\u732B", "\U0001F600", "\u2014", "!", "==", "\u0301", "\u2167", "\u00BD", "\U0001D49C", "\U0001D7D8", "\U00010107",
        "\uFFFD", "\u200D", "\0", "internationalization", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "foxes", "\u180E",
        "\u0378",
    ];

    private static readonly Lazy<(string[] Tokens, (string, string)[] Merges)> Learned = new(() => Learn(60));

    private static readonly Lazy<ByteLevelTokenizer> Small = new(() => new(Learned.Value.Tokens, Learned.Value.Merges));

    private static readonly Lazy<ByteLevelReference> Plain = new(() => new(Learned.Value.Tokens, Learned.Value.Merges));

    private static readonly Lazy<ByteLevelTokenizer> Gpt2 = new(() => new(Gpt2Vocabulary.Tokens, Gpt2Vocabulary.Merges));

    [Property]
    public void Texts_have_the_tokens_of_the_plain_implementation(int[] parts)
    {
        string text = Mixed(parts);
        int[] expected = Plain.Value.Encode(text);
        Assert.Equal(expected, Small.Value.Encode(text));
        Assert.Equal(expected.Length, Small.Value.CountTokens(text));
    }

    /// <summary>Any text of .NET; half of a surrogate pair is U+FFFD.</summary>
    [Property]
    public void Every_text_comes_back(string? text, char[] characters, int[] parts)
    {
        string all = text + new string(characters) + Mixed(parts);
        string expected = string.Concat(all.EnumerateRunes());
        Assert.Equal(expected, Small.Value.Decode(Small.Value.Encode(all)));
        Assert.Equal(expected, Gpt2.Value.Decode(Gpt2.Value.Encode(all)));
        Assert.Equal(Plain.Value.Encode(all), Small.Value.Encode(all));
    }

    /// <summary>Each character after and before one of each kind, divided as the regular expression does.</summary>
    [Fact]
    public void Every_character_is_divided_as_by_the_expression()
    {
        foreach (Rune[] characters in UnicodeReference.All.Chunk(256))
        {
            string text = string.Concat(characters.Select(character => $"a{character}\u0001{character}.{character} {character}a"));
            List<string> words = [];
            for (int place = 0; place < text.Length;)
            {
                int length = WordEnds.Find(text.AsSpan(place), followsSpace: false);
                words.Add(text.Substring(place, length));
                place += length;
            }

            Assert.True(
                ByteLevelReference.Words(text).SequenceEqual(words), $"One of U+{characters[0].Value:X4} to U+{characters[^1].Value:X4}");
        }
    }

    [Fact]
    public void Tokens_of_GPT2_are_known()
    {
        Assert.Equal([15496, 995, 11, 836, 470, 30325, 222, 220, 50256], Gpt2.Value.Encode("Hello world, don't \U0001F600 <|endoftext|>"));
        Assert.Equal("\u0120world", Gpt2.Value.GetToken(995));
        Assert.Equal(995, Gpt2.Value.FindToken("\u0120world"));
        Assert.Null(Gpt2.Value.FindToken(" world"));
        Assert.Equal("Hello world", Gpt2.Value.Decode([15496, 995, 50256]));
        Assert.Equal("Hello<|endoftext|>", Gpt2.Value.Decode([15496, 50256], skipSpecialTokens: false));
        Assert.Equal(" \uFFFD", Gpt2.Value.Decode([30325]));
        Assert.Throws<ArgumentOutOfRangeException>("id", () => Gpt2.Value.GetToken(50257));
    }

    [Fact]
    public void A_token_that_no_merge_makes_is_not_used() => Assert.Equal(
        ByteLevelReference.Letters.Index().Where(letter => letter.Item is "a" or "b").Select(letter => letter.Index),
        new ByteLevelTokenizer([.. ByteLevelReference.Letters, "ab"], []).Encode("ab"));

    /// <summary>Each token alone, whatever merges make of it.</summary>
    [Fact]
    public void Every_token_of_GPT2_is_merged_as_by_the_plain_implementation()
    {
        var plain = new ByteLevelReference(Gpt2Vocabulary.Tokens, Gpt2Vocabulary.Merges);
        string[] texts = [.. Enumerable.Range(0, 50_256).Select(id => Gpt2.Value.Decode([id])).Where(text => !text.Contains('\uFFFD'))];
        Assert.InRange(texts.Length, 49_000, 50_256);
        Assert.All(texts, text => Assert.Equal(plain.Encode(text), Gpt2.Value.Encode(text)));
    }

    [Fact]
    public void Tokens_of_GPT2_are_those_of_Microsoft()
    {
        string[] texts = [.. MiniLm.Texts.Select(text => text.Text).Append(Text).Where(text => text.EnumerateRunes().All(IsComparable))];
        Assert.All(texts, text => Assert.Equal(Gpt2Vocabulary.Peer.EncodeToIds(text), Gpt2.Value.Encode(text)));
        Assert.True(texts.Length > 1000);
    }

    [Property]
    public void Random_texts_have_the_tokens_of_Microsoft(string? text, int[] parts)
    {
        string all = string.Concat((text + Mixed(parts)).EnumerateRunes().Where(IsComparable));
        Assert.Equal(Gpt2Vocabulary.Peer.EncodeToIds(all), Gpt2.Value.Encode(all));
    }

    [Property]
    public void A_text_is_cut_to_the_room_that_there_is(int[] parts, byte room)
    {
        string text = Mixed(parts);
        int[] all = Small.Value.Encode(text), ids = new int[room];
        Assert.Equal(all.Length <= room, Small.Value.TryEncode(text, ids, out int count));
        Assert.Equal(all[..Math.Min(all.Length, room)], ids[..count]);
        Assert.Equal(ids[..count], Small.Value.Encode(text, maxLength: room));
    }

    /// <summary>The characters that a token's bytes belong to: those of whole words, and of each byte of a character.</summary>
    [Property]
    public void Ranges_are_where_tokens_come_from(int[] parts)
    {
        string text = Mixed(parts);
        int[] ids = new int[Small.Value.CountTokens(text)];
        Range[] ranges = new Range[ids.Length];
        Assert.Equal(ids.Length, Small.Value.Encode(text, ids, ranges));
        Assert.Equal(Small.Value.Encode(text), ids);
        int bytes = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int length = Small.Value.GetToken(ids[i]).Length, first = 0, end = 0;
            for (int place = 0, at = 0, units; place < text.Length; place += units)
            {
                Rune.DecodeFromUtf16(text.AsSpan(place), out Rune rune, out units);
                first = at <= bytes ? place : first;
                end = at < bytes + length ? place + units : end;
                at += rune.Utf8SequenceLength;
            }

            Assert.Equal(first..end, ranges[i]);
            bytes += length;
        }
    }

    [Fact]
    public void Warm_calls_allocate_nothing()
    {
        string text = string.Concat(MiniLm.Texts.Select(text => text.Text)) + new string('a', 5000);
        int[] ids = new int[200_000];
        Range[] ranges = new Range[ids.Length];
        Assert.Equal(0, Allocations.PerCall(() => Gpt2.Value.Encode(text, ids.AsSpan())));
        Assert.Equal(0, Allocations.PerCall(() => Gpt2.Value.Encode(text, ids, ranges)));
        Assert.Equal(0, Allocations.PerCall(() => Gpt2.Value.CountTokens(text)));
    }

    /// <summary>One word of a million letters, and as many words.</summary>
    [Fact]
    public void Long_texts_do_not_take_quadratic_time() => Assert.All(
        (string[])["a", "ab", " ", "\n", "'s", "\u732B", "x1", "\uD83D"],
        part =>
        {
            string text = string.Concat(Enumerable.Repeat(part, LongRun.Of(300_000, 10_000_000) / part.Length));
            int[] ids = Gpt2.Value.Encode(text);
            Assert.Equal(string.Concat(text.EnumerateRunes()), Gpt2.Value.Decode(ids));
            Assert.Equal(ids[..256], Gpt2.Value.Encode(text, maxLength: 256));
        });

    [Fact]
    public void A_word_without_room_in_memory_is_refused()
    {
        int longest = ByteLevelEncoding.MaxWordLength, bytes = checked((3 * longest) + ByteLevelVocabulary.MostWhole + 1);
        Assert.InRange(PairMerging.LinksFor(bytes), 1, Array.MaxLength);
        ByteLevelEncoding.CheckWord(5, 5 + longest);
        ArgumentException error = Assert.Throws<ArgumentException>("text", () => ByteLevelEncoding.CheckWord(5, 6 + longest));
        Assert.StartsWith("The text has a word of 238000001 characters, from position 5 on; it may have up to 238000000.", error.Message);
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        int[][] expected = [.. MiniLm.Texts.Select(text => Gpt2.Value.Encode(text.Text))];
        Concurrently.Run(8, thread =>
        {
            for (int i = 0; i < expected.Length; i++)
            {
                int text = (i + (thread * 200)) % expected.Length;
                Assert.Equal(expected[text], Gpt2.Value.Encode(MiniLm.Texts[text].Text));
            }
        });
    }

    /// <summary>Microsoft's expression sees two characters of no kind in one of 32 bits.</summary>
    private static bool IsComparable(Rune character) =>
        character.IsBmp || !(Rune.IsLetterOrDigit(character) || Rune.IsNumber(character));

    private static string Mixed(IEnumerable<int> parts) =>
        string.Concat(parts.Select(part => Parts[(uint)part * 2654435769 % (uint)Parts.Length]));

    /// <summary>Byte-pair encoding as it is learned: the pair that occurs most often becomes a token.</summary>
    private static (string[] Tokens, (string, string)[] Merges) Learn(int count)
    {
        List<string[]> words = [.. ByteLevelReference.Words(Text + " the foxes he hehe aaaaaa 's 12127 the fox").Select(word =>
            Encoding.UTF8.GetBytes(word).Select(value => ByteLevelReference.Letters[value]).ToArray())];
        List<(string, string)> merges = [];
        for (int i = 0; i < count; i++)
        {
            (string left, string right) = words.SelectMany(word => word.Zip(word.Skip(1)))
                .GroupBy(pair => pair).OrderByDescending(pair => pair.Count())
                .ThenBy(pair => pair.Key.First + pair.Key.Second, StringComparer.Ordinal).First().Key;
            merges.Add((left, right));
            words = [.. words.Select(word =>
            {
                List<string> parts = [.. word];
                for (int at = 0; at + 1 < parts.Count; at++)
                {
                    if (parts[at] == left && parts[at + 1] == right)
                    {
                        parts[at] += right;
                        parts.RemoveAt(at + 1);
                    }
                }

                return parts.ToArray();
            })];
        }

        return ([.. ByteLevelReference.Letters, .. merges.Select(pair => pair.Item1 + pair.Item2)], [.. merges]);
    }
}
