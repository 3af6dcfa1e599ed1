using System.Text;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The tokens of texts, their weights by scikit-learn's formulas, and the vocabulary that is fitted on training texts.</summary>
public sealed class TextVectorizerTests
{
    private static readonly string[] Texts = ["the cat sat on the mat", "the dog sat", "a dog, a cat & a 猫犬!"];

    /// <summary>Words, symbols and their neighbors, found by a plain second implementation.</summary>
    [Property]
    public void Tokens_are_those_of_the_plain_text(string? first, string? second)
    {
        foreach (string text in (string[])[first + " " + second, Mixed((first ?? "").Length + (17 * (second ?? "").Length))])
        {
            foreach (TextVectorizerOptions options in (TextVectorizerOptions[])
                [
                    new(), new() { WordNgrams = 1, Tokens = TextTokens.Words },
                    new() { WordNgrams = 1, ShortestGram = 2, LongestGram = 4 }, new() { ShortestGram = 1, LongestGram = 1 },
                ])
            {
                Assert.Equal(
                    Plain(text, options).CountBy(token => token).OrderBy(pair => pair.Key),
                    Counted(text, options).OrderBy(pair => pair.Key));
            }
        }
    }

    [Fact]
    public void Weights_are_scikit_learn_s()
    {
        TextVectorizerOptions options = new() { WordNgrams = 1, Tokens = TextTokens.Words, FewestTexts = 1 };
        (TextVectorizer vectorizer, SparseRows<double> rows) = TextVectorizer.FitTransform<double>(Texts[..2], options);

        // TfidfVectorizer(sublinear_tf=True) for the same texts, in the order of the first occurrence: the cat sat on mat dog.
        Assert.Equal(6, vectorizer.Features);
        double rare = Math.Log(3.0 / 2) + 1, both = 1, twice = 1 + Math.Log(2);
        double length = Math.Sqrt((twice * both * twice * both) + (both * both) + (3 * rare * rare));
        Assert.Equal([0, 1, 2, 3, 4], rows.View.GetColumnIndices(0).ToArray());
        double[] expected = [twice * both / length, rare / length, both / length, rare / length, rare / length];
        double[] values = rows.View.GetValues(0).ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], values[i], 1e-7);
        }

        Assert.Equal([0, 5, 2], rows.View.GetColumnIndices(1).ToArray());
    }

    [Property]
    public void The_rows_of_the_training_texts_have_the_bits_of_the_same_texts_later(string?[] texts)
    {
        string[] given = [.. texts.Select(text => text ?? ""), .. Texts, Mixed(texts.Length)];
        var options = new TextVectorizerOptions { ShortestGram = 1, LongestGram = 3, FewestTexts = 1 };
        (TextVectorizer vectorizer, SparseRows<float> rows) = TextVectorizer.FitTransform<float>(given, options);
        SparseRows<float> again = vectorizer.Transform<float>(given);
        for (int row = 0; row < given.Length; row++)
        {
            Assert.Equal(rows.View.GetColumnIndices(row).ToArray(), again.View.GetColumnIndices(row).ToArray());
            Assert.Equal(rows.View.GetValues(row).ToArray(), again.View.GetValues(row).ToArray());
            double squares = again.View.GetValues(row).ToArray().Sum(value => (double)value * value);
            Assert.True(squares == 0 || Math.Abs(squares - 1) < 1e-5, $"{squares}");
        }

        Assert.Equal(vectorizer.Features, TextVectorizer.Fit(given, options).Features);
    }

    [Fact]
    public void Only_tokens_in_enough_texts_become_features_and_of_too_many_the_most_frequent()
    {
        string[] texts = ["a b c", "a b", "a d"];
        TextVectorizerOptions words = new() { WordNgrams = 1 };
        Assert.Equal(2, TextVectorizer.Fit(texts, words).Features);
        Assert.Equal(4, TextVectorizer.Fit(texts, words with { FewestTexts = 1 }).Features);
        TextVectorizer three = TextVectorizer.Fit(texts, words with { FewestTexts = 1, MostFeatures = 3 });
        Assert.Equal([3, 1], (int[])[three.Features, three.Transform<float>(["c d"]).StoredElements]);
        Assert.Equal(1, TextVectorizer.Fit(texts, words with { MostFeatures = 1 }).Features);
        Assert.Equal(0, three.Transform<float>(["x y z"]).StoredElements);
        Assert.Contains(
            "No token occurs in 4 or more of the 3 texts.",
            Assert.Throws<ArgumentException>("texts", () => TextVectorizer.Fit(texts, words with { FewestTexts = 4 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("texts", () => TextVectorizer.Fit([]));
        Assert.Throws<ArgumentException>("texts", () => TextVectorizer.Fit(["a", null!]));
        Assert.Throws<ArgumentException>("texts", () => three.Transform<float>([null!]));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach ((TextVectorizerOptions options, string name) in ((TextVectorizerOptions, string)[])
            [
                (new() { WordNgrams = 3 }, "WordNgrams"), (new() { ShortestGram = 0 }, "ShortestGram"),
                (new() { LongestGram = 9 }, "LongestGram"), (new() { Tokens = (TextTokens)7 }, "Tokens"),
                (new() { FewestTexts = 0 }, "FewestTexts"), (new() { MostFeatures = 0 }, "MostFeatures"),
            ])
        {
            Assert.StartsWith(
                $"{name} must be",
                Assert.Throws<ArgumentOutOfRangeException>("options", () => TextVectorizer.Fit(Texts, options)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_warm_text_allocates_nothing()
    {
        var options = new TextVectorizerOptions { ShortestGram = 1, LongestGram = 4, FewestTexts = 1 };
        TextVectorizer vectorizer = TextVectorizer.Fit([.. Texts, "TITLE title ISTANBUL"], options);
        var rows = new SparseRows<float>(vectorizer.Features);
        string text = string.Concat(Enumerable.Repeat("The CAT 猫犬 & 👩‍🚀 istanbul ", 30));
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            rows.Clear();
            vectorizer.Append(text, rows);
        }));
        Assert.Equal(rows.View.GetValues(0).ToArray(), vectorizer.Transform<float>([text]).View.GetValues(0).ToArray());
    }

    /// <summary>Letters, digits, blanks, symbols, emoji with joiners, Chinese characters and marks in any order.</summary>
    private static string Mixed(int seed)
    {
        string[] parts =
        [
            "a", "B", "ß", "É", "e\u0301", "7", " ", " ", "\t", "-", "!", "…", "日", "本", "カ", "👩\u200d🚀", "🇩🇪", "👍🏽", "\u200d",
            "\ud800", "İ", "я",
        ];
        var random = new SplitMix64((ulong)seed);
        return string.Concat(Enumerable.Range(0, 40).Select(_ => parts[random.NextInt(parts.Length)]));
    }

    private static Dictionary<ulong, int> Counted(string text, TextVectorizerOptions options)
    {
        var counts = new Dictionary<ulong, int>();
        new TextScanner<Collector>(options, new Collector(counts)).Scan(text);
        return counts;
    }

    /// <summary>The tokens as lists of runes of the text, hashed one by one.</summary>
    private static IEnumerable<ulong> Plain(string text, TextVectorizerOptions options)
    {
        List<(ulong Token, bool Stands, int End)> words = [];
        List<(ulong Token, int End)> symbols = [];
        Rune[] runes = [.. text.EnumerateRunes()];
        for (int i = 0; i < runes.Length;)
        {
            int begin = i;
            if (TextHashing.StandsAlone(runes[i]))
            {
                words.Add((HashOf(TokenHash.Word, runes[i..++i]), true, begin));
            }
            else if (TextHashing.IsOfWord(runes[i]))
            {
                while (i < runes.Length && TextHashing.IsOfWord(runes[i]) && !TextHashing.StandsAlone(runes[i]))
                {
                    i++;
                }

                Rune[] word = [.. runes[begin..i].Select(Rune.ToLowerInvariant)];
                words.Add((HashOf(TokenHash.Word, word), false, begin));
                foreach (ulong gram in Grams(word, options))
                {
                    yield return gram;
                }
            }
            else if (options.Tokens == TextTokens.WordsAndSymbols && SymbolRun.Begins(runes[i]))
            {
                for (i++; i < runes.Length && SymbolRun.Continues(runes[i - 1], i - begin, runes[i]); i++)
                {
                }

                symbols.Add((HashOf(TokenHash.Symbol, runes[begin..i]), i));
                if (symbols.Count > 1 && symbols[^2].End == begin)
                {
                    yield return TokenHash.Pair(symbols[^2].Token, symbols[^1].Token);
                }
            }
            else
            {
                i++;
            }
        }

        for (int i = 0; i < words.Count; i++)
        {
            yield return words[i].Token;
            bool neighbors = i > 0 && words[i].Stands && words[i - 1].Stands && words[i - 1].End + 1 == words[i].End;
            if (i > 0 && (options.WordNgrams > 1 || neighbors))
            {
                yield return TokenHash.Pair(words[i - 1].Token, words[i].Token);
            }
        }

        foreach ((ulong symbol, _) in symbols)
        {
            yield return symbol;
        }
    }

    private static IEnumerable<ulong> Grams(Rune[] word, TextVectorizerOptions options)
    {
        Rune[] marked = [new('<'), .. word, new('>')];
        for (int length = options.ShortestGram; length <= options.LongestGram; length++)
        {
            for (int start = 0; start + length <= marked.Length; start++)
            {
                yield return HashOf(TokenHash.Gram, marked[start..(start + length)]);
            }
        }
    }

    private static ulong HashOf(ulong state, Rune[] runes) =>
        TokenHash.Finish(runes.Aggregate(state, (hash, rune) => TokenHash.Append(hash, rune.Value)));

    private readonly struct Collector(Dictionary<ulong, int> counts) : ITokenSink
    {
        public void Add(ulong token) => counts[token] = counts.GetValueOrDefault(token) + 1;
    }
}
