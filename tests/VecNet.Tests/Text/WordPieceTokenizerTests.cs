using System.Text;
using FsCheck.Xunit;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// Tokens are those of Hugging Face's tokenizers, and of a plain implementation of their rules. These tests run with invariant
/// globalization; <see cref="GlobalizationTests"/> runs some of them without.
/// </summary>
public sealed class WordPieceTokenizerTests
{
    private static readonly WordPieceTokenizer[] Samples =
        Array.ConvertAll(TextSamples.Options, options => new WordPieceTokenizer(TextSamples.Vocabulary, options));

    private static readonly WordPieceReference[] References =
        Array.ConvertAll(TextSamples.Options, options => new WordPieceReference(TextSamples.Vocabulary, options));

    [Fact]
    public void Tokens_are_those_of_Hugging_Face()
    {
        Assert.Equal(1575, MiniLm.Texts.Count);
        Assert.All(MiniLm.Texts, text => Assert.Equal(text.Ids, MiniLm.Tokenizer.Encode(text.Text)));
    }

    [Fact]
    public void The_plain_implementation_has_the_same_tokens()
    {
        var reference = new WordPieceReference(MiniLm.ReadVocabulary(), new());
        Assert.All(MiniLm.Texts, text => Assert.Equal(text.Ids, reference.Encode(text.Text)));
    }

    /// <summary>Each character alone, between two letters, and as a word of a vocabulary that knows more of them.</summary>
    [Fact]
    public void Every_character_has_the_tokens_of_the_plain_implementation()
    {
        var reference = new WordPieceReference(MiniLm.ReadVocabulary(), new());
        foreach (Rune[] characters in UnicodeReference.All.Chunk(256))
        {
            string text = string.Join('\n', characters.Select(character => $"{character} e{character}t"));
            Assert.True(
                reference.Encode(text).AsSpan().SequenceEqual(MiniLm.Tokenizer.Encode(text))
                    && References[0].Encode(text).AsSpan().SequenceEqual(Samples[0].Encode(text)),
                $"One of U+{characters[0].Value:X4} to U+{characters[^1].Value:X4}");
        }
    }

    [Property]
    public void Texts_have_the_tokens_of_the_plain_implementation(int[] parts)
    {
        string text = TextSamples.Mixed(parts);
        for (int i = 0; i < Samples.Length; i++)
        {
            int[] expected = References[i].Encode(text);
            Assert.Equal(expected, Samples[i].Encode(text));
            Assert.Equal(expected.Length, Samples[i].CountTokens(text));
        }
    }

    /// <summary>Any text of .NET, also with lone surrogates.</summary>
    [Property]
    public void Any_text_has_the_tokens_of_the_plain_implementation(string? text, char[] characters)
    {
        string all = text + new string(characters);
        Assert.Equal(References[0].Encode(all), Samples[0].Encode(all));
    }

    /// <summary>Marks that are removed, and marks that stay and are moved, but not before one of class 0, in every order.</summary>
    [Fact]
    public void Marks_in_every_order_have_the_tokens_of_the_plain_implementation()
    {
        string[] marks = ["a", "\u0301", "\u034F", "\u302E", "\U0001D165", "\U0001D16D", "\u0F73", "\u00AD"];
        string text = string.Join(
            ' ',
            from first in marks
            from second in marks
            from third in marks
            from last in marks
            select "a" + first + second + third + last);
        Assert.Equal(References[0].Encode(text), Samples[0].Encode(text));
    }

    /// <summary>Words of all lengths around those of keys, blocks and the longest word.</summary>
    [Fact]
    public void Words_of_every_length_have_the_tokens_of_the_plain_implementation()
    {
        var options = new WordPieceOptions { MaxCharactersPerWord = 70 };
        var tokenizer = new WordPieceTokenizer(TextSamples.Vocabulary, options);
        var reference = new WordPieceReference(TextSamples.Vocabulary, options);
        foreach (int before in (int[])[0, 1, 15, 16, 47, 48, 49, 62, 63, 64])
        {
            foreach (int length in (int[])[1, 2, 15, 16, 17, 31, 63, 64, 65, 69, 70, 71])
            {
                foreach (string letter in (string[])["a", "A", "é", "\u1112"])
                {
                    string word = string.Concat(Enumerable.Repeat(letter, length));
                    string text = $"{new string('.', before)}{word} the{word}, {word}";
                    Assert.Equal(reference.Encode(text), tokenizer.Encode(text));
                }
            }
        }
    }

    [Property]
    public void A_text_is_cut_to_the_room_that_there_is(int[] parts, byte room)
    {
        string text = TextSamples.Mixed(parts);
        int[] all = Samples[0].Encode(text), ids = new int[room + 2];
        bool fits = Samples[0].TryEncode(text, ids, out int count);
        Assert.Equal(all.Length <= ids.Length, fits);
        Assert.Equal(Math.Min(all.Length, ids.Length), count);
        Assert.Equal([.. all[..(count - 1)], Samples[0].SeparatorId], ids[..count]);
        Assert.Equal(ids[..count], Samples[0].Encode(text, maxLength: ids.Length));
        Assert.All(ids[count..], id => Assert.Equal(0, id));
    }

    /// <summary>The part of the text that a token comes from, normalized, has the token's text.</summary>
    [Property]
    public void Ranges_are_where_tokens_come_from(int[] parts)
    {
        string text = TextSamples.Mixed(parts);
        for (int i = 0; i < Samples.Length; i++)
        {
            int[] all = Samples[i].Encode(text), ids = new int[all.Length];
            Range[] ranges = new Range[all.Length];
            Assert.Equal(all.Length, Samples[i].Encode(text, ids, ranges));
            Assert.Equal(all, ids);
            Assert.Equal((0..0, text.Length..text.Length), (ranges[0], ranges[^1]));
            for (int token = 1; token + 1 < ids.Length; token++)
            {
                string part = text[ranges[token]], piece = Samples[i].GetToken(ids[token]);
                Assert.NotEqual("", part);
                Assert.True(ranges[token].End.Value > ranges[token - 1].Start.Value);
                if (!piece.StartsWith('[') || piece.Length == 1)
                {
                    Assert.Contains(
                        piece.StartsWith("##", StringComparison.Ordinal) && piece.Length > 2 ? piece[2..] : piece,
                        string.Concat(References[i].Words(part)),
                        StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Ranges_are_those_of_the_characters()
    {
        WordPieceTokenizer tokenizer = MiniLm.Tokenizer;
        const string Text = " Unaffable  caf\u00E9s\u0301, \u4E2D\u00AD\uD55C[MASK]xqzqy\u4E01\u0378";
        Range[] ranges = new Range[32];
        int[] ids = new int[32];
        int count = tokenizer.Encode(Text, ids, ranges);
        string[] parts = [.. ranges[1..(count - 1)].Select(range => Text[range])];
        Assert.Equal(
            [
                "Una", "ffa", "ble", "caf\u00E9s", ",", "\u4E2D", "\uD55C", "\uD55C", "\uD55C", "[MASK]", "x", "q", "z", "q", "y", "\u4E01",
                "\u0378",
            ],
            parts);
        Assert.Equal([.. tokenizer.Encode(Text)], ids[..count]);
    }

    [Fact]
    public void Long_texts_take_linear_time()
    {
        int length = LongRun.Of(1_000_000, 10_000_000);
        (string Part, int Tokens)[] cases =
        [
            ("a", 1), (" ", 0), ("\u0301", 0), ("\u302E\u302F", 1), ("\uD83D", 0), ("[", length), ("\u00E9", 1), ("\u4E2D", length),
            ("[MASK", 2 * length / 5), ("\u0F73\u302E", 1),
        ];
        Assert.All(cases, sample =>
        {
            string text = string.Concat(Enumerable.Repeat(sample.Part, length / sample.Part.Length));
            Assert.Equal(sample.Tokens + 2, MiniLm.Tokenizer.CountTokens(text));
            Assert.Equal(Math.Min(sample.Tokens + 2, 256), MiniLm.Tokenizer.Encode(text, maxLength: 256).Length);
        });
    }

    [Fact]
    public void Empty_texts_have_two_tokens() => Assert.All(
        (string[])["", " ", "\0", "\u0301", "\uD83D", "\uFFFD"],
        text => Assert.Equal([101, 102], MiniLm.Tokenizer.Encode(text)));

    [Fact]
    public void A_word_with_a_missing_piece_is_unknown() => Assert.Equal(
        [1, 0, 3, 4, 0, 0, 2], new WordPieceTokenizer(["[UNK]", "[CLS]", "[SEP]", "un", "##aff"]).Encode("unaffx unaff unaffy unaffé"));

    [Fact]
    public void Warm_calls_allocate_nothing()
    {
        string text = string.Concat(MiniLm.Texts.Select(text => text.Text));
        int[] ids = new int[100_000];
        Range[] ranges = new Range[ids.Length];
        Assert.Equal(0, Allocations.PerCall(() => MiniLm.Tokenizer.Encode(text, ids.AsSpan())));
        Assert.Equal(0, Allocations.PerCall(() => MiniLm.Tokenizer.Encode(text, ids, ranges)));
        Assert.Equal(0, Allocations.PerCall(() => MiniLm.Tokenizer.CountTokens(text)));
        var longWords = new WordPieceTokenizer(TextSamples.Vocabulary, new() { MaxCharactersPerWord = 1000 });
        Assert.Equal(0, Allocations.PerCall(() => longWords.Encode(text, ids, ranges)));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        using Stream vocabulary = MiniLm.OpenVocabulary();
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(vocabulary);
        Concurrently.Run(8, thread =>
        {
            for (int i = 0; i < MiniLm.Texts.Count; i++)
            {
                (string _, string text, int[] ids) = MiniLm.Texts[(i + (thread * 200)) % MiniLm.Texts.Count];
                Assert.Equal(ids, tokenizer.Encode(text));
            }
        });
    }

    [Fact]
    public void Tokens_become_texts()
    {
        WordPieceTokenizer tokenizer = MiniLm.Tokenizer;
        int[] ids = tokenizer.Encode("Unaffable, isn't it? [MASK] Caf\u00E9!");
        Assert.Equal("unaffable, isn ' t it? cafe!", tokenizer.Decode(ids));
        Assert.Equal("[CLS] unaffable, isn ' t it? [MASK] cafe! [SEP]", tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal("##ble", tokenizer.Decode([tokenizer.FindToken("##ble")!.Value]));
        Assert.Equal("", tokenizer.Decode([]));
        Assert.Equal((30522, 100), (tokenizer.VocabularySize, tokenizer.UnknownId));
        Assert.Equal((101, 102), (tokenizer.ClassificationId, tokenizer.SeparatorId));
        Assert.Equal((0, 103), (tokenizer.PaddingId!.Value, tokenizer.MaskId!.Value));
        Assert.All(Enumerable.Range(0, 30522), id => Assert.Equal(id, tokenizer.FindToken(tokenizer.GetToken(id))));
        Assert.All((string[])["", "##", "xqzqy", "##xqzqy", "\0", "\uD83D"], token => Assert.Null(tokenizer.FindToken(token)));
        Assert.All(Enumerable.Range(0, 30522), id => Assert.Null(tokenizer.FindToken(tokenizer.GetToken(id) + "\0")));
        Assert.Throws<ArgumentOutOfRangeException>("id", () => tokenizer.GetToken(30522));
        Assert.Throws<ArgumentOutOfRangeException>("id", () => tokenizer.Decode([-1]));
    }

    [Fact]
    public void Room_that_is_too_small_is_refused()
    {
        WordPieceTokenizer tokenizer = MiniLm.Tokenizer;
        Assert.Contains(
            "room for 1 tokens", Assert.Throws<ArgumentException>("ids", () => tokenizer.Encode("a", new int[1].AsSpan())).Message);
        Assert.Throws<ArgumentException>("ids", () => tokenizer.TryEncode("a", [], out _));
        Assert.Contains(
            "2 ranges, but for 3 tokens",
            Assert.Throws<ArgumentException>("ranges", () => tokenizer.Encode("a", new int[3], new Range[2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("maxLength", () => tokenizer.Encode("a", maxLength: 1));
        Assert.Equal([101, 102], tokenizer.Encode("a", maxLength: 2));
    }
}
