using System.Text;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Words and n-grams of several scripts, their hash, and what does not depend on anything else.</summary>
public sealed class TextHashingTests
{
    /// <summary>So many places that a few tokens hardly share one.</summary>
    private const int Many = 1 << 18;

    /// <summary>By a second implementation, written from the documentation alone: Python's integers.</summary>
    [Theory]
    [InlineData('w', "a", 4820972084576572386UL)]
    [InlineData('g', "<ü>", 17237896283837602947UL)]
    [InlineData('w', "日本", 17235086791481562079UL)]
    [InlineData('w', "𝒳", 2591647108354064455UL)]
    public void The_hash_is_the_documented_one(char kind, string token, ulong expected) =>
        Assert.Equal(expected, TextHashing.Hash(kind, [.. token.EnumerateRunes()]));

    [Theory]
    [InlineData("Hello, WORLD", "hello|world")]
    [InlineData("ÄÖÜ ÉCOLE Straße", "äöü|école|straße")]
    [InlineData("Привет, МИР!", "привет|мир")]
    [InlineData("Καλημέρα ΚΌΣΜΕ", "καλημέρα|κόσμε")]
    [InlineData("हिन्दी में", "हिन्दी|में")]
    [InlineData("𐐀𐐁", "𐐨𐐩")]
    [InlineData("don't", "don|t")]
    [InlineData("3.14 und ½", "3|14|und|½")]
    [InlineData("日本語を", "日|本|語|を|日本|本語|語を")]
    [InlineData("Go言語", "go|言|語|言語")]
    [InlineData("東・京", "東|京")]
    [InlineData(" \t!?…", "")]
    public void Words_are_found_in_many_scripts(string text, string words)
    {
        var hashing = new TextHashing(Many, shortestGram: 2, longestGram: 0, tokens: TextTokens.Words);
        float[] expected = new float[Many];
        foreach (string word in words.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            ulong hash = TextHashing.Hash('w', [.. word.EnumerateRunes()]);
            expected[hash % Many] += hash >> 63 == 0 ? 1 : -1;
        }

        double length = Math.Sqrt(expected.Sum(value => (double)value * value));
        float[] actual = new float[Many];
        hashing.Encode(text, actual.AsSpan());
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != 0 || actual[i] != 0)
            {
                Assert.Equal((float)(expected[i] / length), actual[i]);
            }
        }
    }

    [Fact]
    public void Grams_are_runs_of_characters_between_the_word_s_ends()
    {
        double[] actual = new double[1 << 20];
        new TextHashing(actual.Length, 2, 3).Encode("A𝒳b", actual.AsSpan());
        string[] grams = ["<a", "a𝒳", "𝒳b", "b>", "<a𝒳", "a𝒳b", "𝒳b>"];
        ulong[] hashes =
        [
            TextHashing.Hash('w', [.. "a𝒳b".EnumerateRunes()]), .. grams.Select(gram => TextHashing.Hash('g', [.. gram.EnumerateRunes()])),
        ];
        Assert.Equal(hashes.Select(hash => (int)(hash % (1 << 20))).Order(), Enumerable.Range(0, actual.Length).Where(i => actual[i] != 0));
        Assert.All(hashes, hash => Assert.Equal((hash >> 63 == 0 ? 1 : -1) / Math.Sqrt(8), actual[hash % (1 << 20)], 1e-15));
    }

    [Property]
    public void A_text_has_length_one_or_no_word_and_its_case_and_place_do_not_matter(string? first, string? second)
    {
        string text = first + " " + second;
        var hashing = new TextHashing(512, tokens: TextTokens.Words);
        double[] features = new double[512];
        double[] again = [.. Enumerable.Repeat(3.0, 512)];
        hashing.Encode(text, features.AsSpan());
        double length = Math.Sqrt(features.Sum(value => value * value));
        Assert.True(length == 0 || Math.Abs(length - 1) < 1e-12, $"{length}");
        hashing.Encode($"...{text}   !".AsSpan(3), again.AsSpan());
        Assert.Equal(features, again);
        hashing.Encode(
            new string([.. text.Select(character => char.IsAscii(character) ? char.ToUpperInvariant(character) : character)]),
            again.AsSpan());
        Assert.Equal(features, again);
    }

    [Fact]
    public void Single_precision_is_the_rounded_double_and_no_word_is_no_length()
    {
        var hashing = new TextHashing(64, tokens: TextTokens.Words);
        float[] single = new float[64];
        double[] twice = new double[64];
        hashing.Encode("the quick brown fox", single.AsSpan());
        hashing.Encode("the quick brown fox", twice.AsSpan());
        Assert.Equal(twice.Select(value => (float)value), single);
        hashing.Encode("?!", single.AsSpan());
        Assert.All(single, value => Assert.Equal(0, value));
        hashing.Encode("\ud800 x\udc00", single.AsSpan());
        Assert.Contains(single, value => value != 0);
    }

    [Fact]
    public void A_warm_text_allocates_nothing()
    {
        var hashing = new TextHashing(256);
        float[] features = new float[256];
        string text = new StringBuilder().Insert(0, "Größe 日本語 привет ", 20).ToString();
        hashing.Encode(text, features.AsSpan());
        long before = GC.GetAllocatedBytesForCurrentThread();
        hashing.Encode(text, features.AsSpan());
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_and_a_model_keeps_the_others()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextHashing(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextHashing(TextHashing.MostFeatures + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextHashing(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextHashing(1, 1, 9));
        Assert.Throws<ArgumentException>(() => new TextHashing(2).Encode("x", new float[3].AsSpan()));
        using var scratch = new ScratchDirectory();
        var network = new NeuralNetwork<float>(9, 2, [], new ReLU<float>());
        new Model<float>(network, text: new TextHashing(9, 1, 5, "review")).Save(scratch["m"]);
        TextHashing again = Model.Load<float>(scratch["m"]).Text!;
        Assert.Equal((9, 1, 5, "review"), (again.Features, again.ShortestGram, again.LongestGram, again.Column));
        Assert.Throws<ArgumentException>(() => new Model<float>(network, text: new TextHashing(8)));
    }
}
