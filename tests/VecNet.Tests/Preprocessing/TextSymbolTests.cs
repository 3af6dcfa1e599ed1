using System.Text;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// Symbols of a text: which there are, that none is cut in pieces, and that models saved before they were counted see what they saw then.
/// </summary>
public sealed class TextSymbolTests
{
    private const int Many = 1 << 18;

    [Theory]
    [InlineData("!!!", "!|!|!|!!|!!")]
    [InlineData("😀😀", "😀|😀|😀😀")]
    [InlineData("? !", "?|!")]
    [InlineData("a+b", "+")]
    [InlineData("👩\u200D🚀👍🏽", "👩\u200D🚀|👍🏽|👩\u200D🚀👍🏽")]
    [InlineData("❤\uFE0F❤", "❤\uFE0F|❤|❤\uFE0F❤")]
    [InlineData("🇩🇪🇫🇷🇩", "🇩🇪|🇫🇷|🇩|🇩🇪🇫🇷|🇫🇷🇩")]
    [InlineData("🏴\U000E0067\U000E0062\U000E007F", "🏴\U000E0067\U000E0062\U000E007F")]
    [InlineData("=\u0338", "=\u0338")]
    [InlineData("👩\u200D 🚀", "👩\u200D|🚀")]
    [InlineData("\u200D🚀", "🚀")]
    [InlineData("\uE000\U0001FBFF", "\uE000|\U0001FBFF|\uE000\U0001FBFF")]
    [InlineData(" \t\r\n\u00A0\u2028\u200B\u200D\uFEFF\u0000", "")]
    public void Symbols_are_whole_and_counted_with_their_neighbors(string text, string symbols)
    {
        double[] expected = new double[Many];
        foreach (string symbol in symbols.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            ulong hash = TextHashing.Hash('s', [.. symbol.EnumerateRunes()]);
            expected[hash % Many] += hash >> 63 == 0 ? 1 : -1;
        }

        double[] words = new double[Many];
        double[] actual = new double[Many];
        var hashing = new TextHashing(Many, 2, 0);
        hashing.Encode(text, actual.AsSpan());
        new TextHashing(Many, 2, 0, tokens: TextTokens.Words).Encode(
            string.Concat(text.Where(char.IsAsciiLetter).Select(letter => $"{letter} ")), words.AsSpan());
        double[] sum = [.. expected.Zip(words, (symbol, word) => symbol + Math.Sign(word))];
        double length = Math.Sqrt(sum.Sum(value => value * value));
        Assert.Equal(sum.Select(value => length > 0 ? value / length : 0), actual);
        Assert.Equal(symbols.Length > 0, hashing.HasTokens(text));
    }

    /// <summary>In no attribute: those are UTF-8, which has no halves of surrogate pairs.</summary>
    [Fact]
    public void Half_of_a_surrogate_pair_is_the_replacement_character()
    {
        float[] expected = new float[64];
        float[] actual = new float[64];
        var hashing = new TextHashing(64);
        foreach ((string half, string replaced) in new[]
        {
            ("\ud83d!", "\uFFFD!"), ("\ude00", "\uFFFD"), ("a\ude00\ud83d", "a\uFFFD\uFFFD"), ("😀\ud83d", "😀\uFFFD"),
        })
        {
            hashing.Encode(replaced, expected.AsSpan());
            hashing.Encode(half, actual.AsSpan());
            Assert.Equal(expected, actual);
            Assert.True(hashing.HasTokens(half));
        }
    }

    /// <summary>A text has tokens if and only if there is a feature, unless they cancel out: not in so many places.</summary>
    [Property]
    public void Whoever_has_tokens_has_features(string? text, int any)
    {
        // Strings of FsCheck are mostly of ASCII: another character of any plane is put beside.
        text += new Rune((any & 0x7FFFFFFF) % 0xD800) + char.ConvertFromUtf32(0x10000 + ((any & 0x7FFFFFFF) % 0x100000));
        foreach (TextTokens tokens in Enum.GetValues<TextTokens>())
        {
            var hashing = new TextHashing(Many, tokens: tokens);
            float[] features = new float[Many];
            hashing.Encode(text, features.AsSpan());
            Assert.Equal(features.AsSpan().ContainsAnyExcept(0f), hashing.HasTokens(text));
            Assert.Equal(hashing.HasTokens(text), Record.Exception(() => hashing.CheckTokens(text)) is null);
        }
    }

    [Property]
    public void Blanks_and_case_do_not_matter(string? text)
    {
        var hashing = new TextHashing(512);
        double[] features = new double[512];
        double[] again = new double[512];
        hashing.Encode(text, features.AsSpan());
        hashing.Encode($"\t{text} \r\n", again.AsSpan());
        Assert.Equal(features, again);
        hashing.Encode(
            string.Concat((text ?? "").Select(character => char.IsAscii(character) ? char.ToUpperInvariant(character) : character)),
            again.AsSpan());
        Assert.Equal(features, again);
    }

    /// <summary>The features and the file of a program that knew words alone.</summary>
    [Fact]
    public void A_model_saved_before_symbols_were_counted_sees_what_it_saw_then()
    {
        double[] features = new double[16];
        var words = new TextHashing(16, tokens: TextTokens.Words);
        words.Encode("Hé! \u2764\uFE0F ok… 日本 👩\u200D🚀 \ud800", features.AsSpan());
        double[] expected = [0, -2, 0, -1, 0, -3, -1, 0, 0, 0, 0, -1, -1, 0, 1, 1];
        Assert.Equal(expected.Select(value => value / Math.Sqrt(19)), features);
        Assert.False(words.HasTokens("!!! 😀"));
        Assert.Equal(
            "there is no word in the text: nothing can be predicted from it.",
            Assert.Throws<FormatException>(() => words.CheckTokens("!!! 😀")).Message);

        using var scratch = new ScratchDirectory();
        Save(1, "");
        Assert.Equal(TextTokens.Words, Model.Load<float>(scratch["m"]).Text!.Tokens);
        Save(2, ",\"tokens\":\"bytes\"");
        Assert.Contains(
            "'bytes'", Assert.Throws<InvalidDataException>(() => Model.Load<float>(scratch["m"])).Message, StringComparison.Ordinal);

        foreach (TextTokens tokens in Enum.GetValues<TextTokens>())
        {
            new Model<float>(new NeuralNetwork<float>(16, 2, [], new ReLU<float>()), text: new TextHashing(16, tokens: tokens))
                .Save(scratch["m"]);
            Assert.Equal(tokens, Model.Load<float>(scratch["m"]).Text!.Tokens);

            // What would be read otherwise by a program that knows version 1 alone is not called so.
            Assert.Contains(
                $"\"version\":{(tokens == TextTokens.Words ? 1 : 2)},",
                SafetensorsFile.Read(scratch["m"]).Metadata["vecnet"], StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new TextHashing(1, tokens: (TextTokens)2));

        void Save(int version, string tokens)
        {
            string description = """{"version":""" + version
                + ""","inputs":16,"layers":[{"name":"fully_connected","outputs":2}]"""
                + ""","text":{"features":16,"shortest_gram":2,"longest_gram":4""" + tokens + "}}";
            new Model<float>(new NeuralNetwork<float>(16, 2, [], new ReLU<float>())).Save(scratch["plain"]);
            SafetensorsFile plain = SafetensorsFile.Read(scratch["plain"]);
            using FileStream stream = File.Create(scratch["m"]);
            new SafetensorsFile(plain.Tensors, new Dictionary<string, string> { ["vecnet"] = description }).Write(stream);
        }
    }
}
