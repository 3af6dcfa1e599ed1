using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Texts as tokens and back, and byte pairs that are those of a plain second implementation.</summary>
public sealed partial class TokenizerTests
{
    private const string Text =
        "The quick brown fox doesn't jump; the lazy dogs don't either. In 1984, 2001 and 2010 they'd jumped!\n\n  Über größere "
            + "Füße — 猫と犬 😀😀\t";

    /// <summary>Pieces of many kinds, so that few characters show all rules.</summary>
    private static readonly string[] Parts =
        [" ", "  ", "\n", "\t ", "a", "the", "'s", "'ll", "'", "12", "7", "é", "猫", "😀", "—", "!", "==", "\u0301", "Ⅷ", "\u00A0"];

    [Property]
    public void Byte_pairs_encode_and_decode_every_text(string? text, int[] parts)
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Learn([Text, Mixed(parts)], 256 + (parts.Length % 64));
        string all = new string([.. (text ?? "").Where(character => !char.IsSurrogate(character))]) + Mixed(parts);
        Assert.Equal(all, tokenizer.Decode(tokenizer.Encode(all)));
        Assert.Equal(tokenizer.Encode(all), tokenizer.Encode(Encoding.UTF8.GetBytes(all)));
    }

    [Property]
    public void Byte_pairs_encode_and_decode_all_bytes(byte[] bytes, int[] parts)
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Learn([Text], 300);
        byte[] all = [.. bytes, .. Encoding.UTF8.GetBytes(Mixed(parts)), .. bytes];
        Assert.Equal(all, tokenizer.DecodeBytes(tokenizer.Encode(all)));
    }

    /// <summary>The tokens that counting all pairs anew for each token finds, and each piece joined pair by pair in their order.</summary>
    [Property]
    public void Byte_pairs_are_those_of_the_plain_algorithm(int[] parts, byte more)
    {
        string[] texts = [Text, Mixed(parts), Mixed([.. parts, .. parts.Reverse()]), new('a', parts.Length), "abababab cabab"];
        BytePairTokenizer tokenizer = BytePairTokenizer.Learn(texts, 256 + more);
        List<List<int>> pieces =
            [.. texts.SelectMany(PiecesOf).Select(piece => Encoding.UTF8.GetBytes(piece).Select(value => (int)value).ToList())];
        List<(int, int)> merges = [];
        while (merges.Count < more)
        {
            KeyValuePair<(int, int), int>[] counts =
            [
                .. pieces.SelectMany(piece => piece.Zip(piece.Skip(1))).CountBy(pair => pair)
                    .Where(pair => pair.Value > 1).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key),
            ];
            if (counts.Length == 0)
            {
                break;
            }

            merges.Add(counts[0].Key);
            pieces.ForEach(piece => Join(piece, counts[0].Key, 255 + merges.Count));
        }

        Assert.Equal(merges, tokenizer.Merges);
        Assert.Equal(256 + merges.Count, tokenizer.VocabularySize);
        Assert.Equal(pieces.SelectMany(piece => piece), texts.SelectMany(text => tokenizer.Encode(text)));
    }

    /// <summary>The pieces are those of GPT-2's pattern, where none is long.</summary>
    [Property]
    public void Pieces_are_those_of_the_pattern(int[] parts)
    {
        string text = Mixed(parts);
        string[] expected = [.. PatternOfGpt2().Matches(text).Select(match => match.Value)];
        if (expected.All(piece => piece.Length <= TextPieces.LongestPiece))
        {
            Assert.Equal(expected, PiecesOf(text));
        }
    }

    [Fact]
    public void Long_pieces_are_divided_between_characters()
    {
        string text = new string('=', 200) + " " + string.Concat(Enumerable.Repeat("😀", 100)) + new string('\n', 130) + "x";
        string[] pieces = [.. PiecesOf(text)];
        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.True(piece.Length <= 64 && !char.IsLowSurrogate(piece[0])));
        BytePairTokenizer tokenizer = BytePairTokenizer.Learn([text, text], 400);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.True(tokenizer.Encode(text).Length < 20);
    }

    [Property]
    public void Characters_are_encoded_and_decoded(int[] parts)
    {
        string text = Text + Mixed(parts);
        CharacterTokenizer tokenizer = CharacterTokenizer.Learn([Text, Mixed(parts)]);
        Assert.Equal(text.EnumerateRunes().Distinct().Order(), tokenizer.Characters.EnumerateRunes());
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.Equal(text.EnumerateRunes().Count(), tokenizer.Encode(text).Length);
    }

    [Fact]
    public void Unknown_characters_are_rejected_or_have_a_token()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => CharacterTokenizer.Learn(["ab"]).Encode("ab😀"));
        Assert.Contains("'😀' (U+1F600) at position 2", error.Message);
        CharacterTokenizer tokenizer = CharacterTokenizer.Learn(["aabbc"], hasUnknown: true, fewestOccurrences: 2);
        Assert.Equal(("ab", 2, 3), (tokenizer.Characters, tokenizer.UnknownToken, tokenizer.VocabularySize));
        Assert.Equal([0, 1, 2, 2], tokenizer.Encode("abc😀"));
        Assert.Equal("ab\uFFFD", tokenizer.Decode([0, 1, 2]));
    }

    [Fact]
    public void Texts_and_descriptions_that_cannot_be_are_rejected()
    {
        Tokenizer[] tokenizers = [CharacterTokenizer.Learn(["ab"]), BytePairTokenizer.Learn(["ab"], 256)];
        foreach (Tokenizer tokenizer in tokenizers)
        {
            Assert.Contains(
                "surrogate pair is missing at position 1",
                Assert.Throws<ArgumentException>(() => tokenizer.Encode("a\uD83D")).Message);
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.VocabularySize]));
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([-1]));
        }

        string[] broken = ["ab", new string('a', 1000) + "\uD83D"];
        Action[] learning = [() => CharacterTokenizer.Learn(broken), () => BytePairTokenizer.Learn(broken, 300)];
        Assert.All(learning, learn => Assert.StartsWith(
            "Text 1 is not valid Unicode: half of a surrogate pair is missing at position 1000.",
            Assert.Throws<ArgumentException>("texts", learn).Message));
        Assert.Contains("no character", Assert.Throws<ArgumentException>("texts", () => CharacterTokenizer.Learn([""])).Message);
        Assert.Contains(
            "occurs 2 times", Assert.Throws<ArgumentException>("texts", () => CharacterTokenizer.Learn(["ab"], true, 2)).Message);
        Assert.Throws<ArgumentException>(() => new CharacterTokenizer("aba"));
        Assert.Throws<ArgumentOutOfRangeException>(() => CharacterTokenizer.Learn(["ab"], fewestOccurrences: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairTokenizer.Learn(["ab"], 255));
        Assert.Throws<ArgumentException>(() => new BytePairTokenizer([(97, 256)]));
        Assert.Throws<ArgumentException>(() => new BytePairTokenizer([(97, 98), (97, 98)]));
        Assert.Throws<ArgumentException>(
            () => new BytePairTokenizer([(97, 97), .. Enumerable.Range(256, 20).Select(token => (token, token))]));
    }

    [Fact]
    public void Characters_are_learned_from_texts_in_which_none_occurs_twice()
    {
        Assert.Equal("ab", ((CharacterTokenizer)TextSequences.Learn(["ab"], characters: true)).Characters);
        Assert.Equal("b", ((CharacterTokenizer)TextSequences.Learn(["ab", "bc"], characters: true)).Characters);
    }

    [Fact]
    public void Tokenizers_are_saved_with_the_model()
    {
        Tokenizer[] tokenizers =
        [
            CharacterTokenizer.Learn([Text]), CharacterTokenizer.Learn([Text], hasUnknown: true),
            BytePairTokenizer.Learn([Text, Text], 300), BytePairTokenizer.Learn([], 256),
        ];
        foreach (Tokenizer tokenizer in tokenizers)
        {
            var network = new NeuralNetwork<float>(
                1, [new Embedding<float>(tokenizer.VocabularySize, 4), new FullyConnectedLayer<float>(2)]);
            using var stream = new MemoryStream();
            new Model<float>(network) { Tokenizer = tokenizer }.Save(stream);
            Tokenizer read = Model.Load<float>(stream.ToArray()).Tokenizer!;
            Assert.Equal(tokenizer.GetType(), read.GetType());
            Assert.Equal(tokenizer.Encode(Text), read.Encode(Text));
            Assert.Equal(tokenizer.VocabularySize, read.VocabularySize);
            var small = new NeuralNetwork<float>(1, [new Embedding<float>(3, 4)]);
            Assert.Contains(
                "entries", Assert.Throws<ArgumentException>(() => new Model<float>(small) { Tokenizer = tokenizer }).Message);
        }

        Assert.Throws<ArgumentException>(() => new Model<float>(new NeuralNetwork<float>(2, [new Tanh<float>()]))
        {
            Tokenizer = tokenizers[0],
        });
    }

    [GeneratedRegex(@"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex PatternOfGpt2();

    private static string Mixed(int[] parts) => string.Concat(parts.Select(part => Parts[(int)((uint)part % (uint)Parts.Length)]));

    private static IEnumerable<string> PiecesOf(string text)
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = TextPieces.NextLength(text.AsSpan(i));
            yield return text.Substring(i, length);
        }
    }

    private static void Join(List<int> piece, (int First, int Second) pair, int token)
    {
        for (int i = 0; i + 1 < piece.Count; i++)
        {
            if ((piece[i], piece[i + 1]) == pair)
            {
                piece[i] = token;
                piece.RemoveAt(i + 1);
            }
        }
    }
}
