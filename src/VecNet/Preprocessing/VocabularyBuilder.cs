using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Counts the tokens of texts, in each text and by the number of texts.</summary>
/// <remarks>
/// Tokens are numbered as they first occur, so that the frequent ones have small numbers, and their counts and later their weights are near
/// one another in memory.
/// </remarks>
internal sealed class VocabularyBuilder(TextVectorizerOptions options)
{
    private readonly TokenTable table = new(1 << 16);
    private readonly List<int> ends = [];
    private Known[] known = new Known[1 << 16];
    private (int Number, int Count)[] counted = new (int, int)[1 << 16];
    private int elements;

    /// <summary>The number of texts.</summary>
    internal int Texts => ends.Count;

    /// <summary>Counts the tokens of the next text.</summary>
    internal void Add(ReadOnlySpan<char> text)
    {
        new TextScanner<Sink>(options, new Sink(this)).Scan(text);
        ends.Add(elements);
    }

    /// <summary>
    /// Chooses the tokens that become features: those in enough texts, and if there are too many, those in the most texts; of tokens in
    /// equally many texts, those that occur first.
    /// </summary>
    /// <returns>The feature of each token, or −1, and the tokens of the features with their numbers of texts.</returns>
    internal (int[] FeatureOf, ulong[] Tokens, int[] TextCounts) Choose()
    {
        (int fewest, int rest) = FewestTexts();
        ulong[] all = table.ToArray();
        int[] featureOf = new int[all.Length];
        List<ulong> tokens = [];
        List<int> textCounts = [];
        for (int number = 0; number < all.Length; number++)
        {
            int texts = known[number].Texts;
            bool isFeature = texts >= fewest || (texts == fewest - 1 && rest-- > 0);
            featureOf[number] = isFeature ? tokens.Count : -1;
            if (isFeature)
            {
                tokens.Add(all[number]);
                textCounts.Add(texts);
            }
        }

        return (featureOf, [.. tokens], [.. textCounts]);
    }

    /// <summary>The tokens of a text with their counts, in the order of their first occurrence.</summary>
    internal ReadOnlySpan<(int Number, int Count)> CountsOf(int text)
    {
        int begin = text == 0 ? 0 : ends[text - 1];
        return counted.AsSpan(begin..ends[text]);
    }

    /// <summary>
    /// The number of texts that a token needs so that there are not too many features, and how many tokens there is room for that have one
    /// less.
    /// </summary>
    private (int Fewest, int Remaining) FewestTexts()
    {
        int[] tokensByTexts = new int[Texts + 1];
        for (int number = 0; number < table.Count; number++)
        {
            tokensByTexts[known[number].Texts]++;
        }

        int fewest = Texts + 1;
        long features = 0;
        while (fewest > options.FewestTexts && features + tokensByTexts[fewest - 1] <= options.MostFeatures)
        {
            features += tokensByTexts[--fewest];
        }

        return (fewest, fewest > options.FewestTexts ? options.MostFeatures - (int)features : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(ulong token)
    {
        int number = table.FindOrAdd(token);
        if (number >= known.Length)
        {
            Array.Resize(ref known, 2 * known.Length);
        }

        ref Known one = ref known[number];
        if (one.LastText == Texts + 1)
        {
            counted[one.Place].Count++;
            return;
        }

        if (elements == counted.Length)
        {
            Array.Resize(ref counted, checked(2 * elements));
        }

        one.LastText = Texts + 1;
        one.Texts++;
        one.Place = elements;
        counted[elements++] = (number, 1);
    }

    /// <summary>A token: the last text that it occurred in, from 1, its place there, and the number of texts.</summary>
    private struct Known
    {
        internal int LastText;
        internal int Place;
        internal int Texts;
    }

    private readonly struct Sink(VocabularyBuilder builder) : ITokenSink
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong token) => builder.Count(token);
    }
}
