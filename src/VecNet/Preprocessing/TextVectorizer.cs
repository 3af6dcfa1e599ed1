using System.Collections.Concurrent;
using System.Numerics;

namespace VecNet;

/// <summary>
/// Converts texts of any language to sparse rows: words, pairs of words, n-grams of characters and symbols, weighted by TF-IDF, with a
/// vocabulary that was fitted on training texts.
/// </summary>
/// <remarks>
/// <para>
/// The tokens are those of <see cref="TextHashing"/>: words are runs of letters, marks and digits in lower case, Chinese characters and
/// Japanese syllables stand alone, n-grams of characters are taken from each word with a mark at its beginning and its end, and symbols
/// are all other visible characters, alone and in pairs of neighbors. Two consecutive words are also a token, whatever is between them.
/// </para>
/// <para>
/// A token that occurs n times in a text has the weight (1 + ln n) · idf, with idf = ln((1 + texts) / (1 + texts with the token)) + 1 over
/// the training texts, as scikit-learn's TfidfVectorizer with <c>sublinear_tf</c> has it. Each row is divided by its Euclidean length.
/// Tokens that are not in the vocabulary are ignored; a text without known tokens becomes an empty row.
/// </para>
/// <para>
/// The vocabulary consists of 64-bit hashes, not of the tokens themselves. Results do not depend on the culture, and the order of the
/// features is that of their first occurrence in the training texts. Any number of threads may use one vectorizer.
/// </para>
/// <code>
/// TextVectorizer vectorizer = TextVectorizer.Fit(texts, new TextVectorizerOptions { WordNgrams = 2 });
/// SparseRows&lt;float&gt; rows = vectorizer.Transform&lt;float&gt;(texts);
/// </code>
/// </remarks>
public sealed class TextVectorizer
{
    private readonly TokenTable vocabulary;
    private readonly ConcurrentQueue<TokenCounter> counters = new();

    /// <summary>Creates a vectorizer with a vocabulary.</summary>
    /// <param name="options">The tokens to count.</param>
    /// <param name="tokens">The hash of each feature's token.</param>
    /// <param name="idf">The inverse document frequency of each feature.</param>
    /// <exception cref="ArgumentException">A token occurs twice, or an option or a weight is out of range.</exception>
    internal TextVectorizer(TextVectorizerOptions options, ReadOnlySpan<ulong> tokens, float[] idf)
    {
        options.Check();
        if (idf.Length != tokens.Length || tokens.IsEmpty)
        {
            throw new ArgumentException($"The vocabulary has {tokens.Length} tokens and {idf.Length} weights.", nameof(tokens));
        }

        vocabulary = new(tokens.Length);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] == 0 || vocabulary.FindOrAdd(tokens[i]) != i || !(idf[i] is > 0 and < float.PositiveInfinity))
            {
                throw new ArgumentException(
                    $"Token {i} of the vocabulary is 0 or occurs twice, or its weight {idf[i]} is not a positive number.", nameof(tokens));
            }
        }

        Options = options;
        Idf = idf;
    }

    /// <summary>The tokens that are counted, and how the vocabulary was chosen.</summary>
    public TextVectorizerOptions Options { get; }

    /// <summary>The number of features.</summary>
    public int Features => vocabulary.Count;

    /// <summary>The column of a table that the texts are in; null if they are not in a table.</summary>
    public string? Column => Options.Column;

    /// <summary>The inverse document frequency of each feature.</summary>
    internal readonly float[] Idf;

    /// <summary>Fits a vocabulary and its weights on texts.</summary>
    /// <param name="texts">The training texts.</param>
    /// <param name="options">The tokens to count; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">There is no text, one is null, or no token occurs in enough texts.</exception>
    public static TextVectorizer Fit(IReadOnlyList<string> texts, TextVectorizerOptions? options = null) =>
        Fit<float>(texts, options ?? new(), rows: null);

    /// <summary>Fits a vocabulary and its weights on texts, and converts these texts, which takes half the time of the two calls.</summary>
    /// <param name="texts">The training texts.</param>
    /// <param name="options">The tokens to count; null for the defaults.</param>
    /// <returns>The vectorizer, and a row for each text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">There is no text, one is null, or no token occurs in enough texts.</exception>
    public static (TextVectorizer Vectorizer, SparseRows<T> Rows) FitTransform<T>(
        IReadOnlyList<string> texts, TextVectorizerOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<SparseRows<T>> rows = [];
        return (Fit(texts, options ?? new(), rows), rows[0]);
    }

    /// <summary>Converts texts to rows.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>Texts × <see cref="Features"/>.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public SparseRows<T> Transform<T>(IReadOnlyList<string> texts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(texts);
        var rows = new SparseRows<T>(Features, texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            Append(TextAt(texts, i), rows);
        }

        return rows;
    }

    /// <inheritdoc cref="TextHashing.HasTokens"/>
    public bool HasTokens(ReadOnlySpan<char> text) => TextHashing.ContainsTokens(text, Options.Tokens);

    /// <inheritdoc cref="TextHashing.CheckTokens"/>
    public void CheckTokens(ReadOnlySpan<char> text) => TextHashing.RequireTokens(text, Options.Tokens);

    /// <summary>The hashes of the tokens, in the order of the features.</summary>
    internal ulong[] GetTokens() => vocabulary.ToArray();

    /// <summary>Adds the row of a text; warm, it allocates only where the row does not fit.</summary>
    internal void Append<T>(ReadOnlySpan<char> text, SparseRows<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TokenCounter counter = counters.TryDequeue(out TokenCounter? idle) ? idle : new(vocabulary);
        counter.Count(text, Options);
        Span<int> indices = rows.AppendRow(counter.Features.Length, out Span<T> values);
        counter.Features.CopyTo(indices);
        Weigh(indices, counter.Counts, values);
        counters.Enqueue(counter);
    }

    private static TextVectorizer Fit<T>(IReadOnlyList<string> texts, TextVectorizerOptions options, List<SparseRows<T>>? rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(texts);
        options.Check();
        var builder = new VocabularyBuilder(options);
        for (int i = 0; i < texts.Count; i++)
        {
            builder.Add(TextAt(texts, i));
        }

        (int[] featureOf, ulong[] tokens, int[] textCounts) = builder.Choose();
        if (tokens.Length == 0)
        {
            throw new ArgumentException(
                $"No token occurs in {options.FewestTexts} or more of the {texts.Count} texts.", nameof(texts));
        }

        float[] idf = [.. textCounts.Select(count => (float)(Math.Log((1.0 + texts.Count) / (1.0 + count)) + 1))];
        var vectorizer = new TextVectorizer(options, tokens, idf);
        rows?.Add(vectorizer.RowsOf<T>(builder, featureOf));
        return vectorizer;
    }

    private SparseRows<T> RowsOf<T>(VocabularyBuilder builder, int[] featureOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = new SparseRows<T>(Features, builder.Texts);
        int[] features = [];
        int[] counts = [];
        for (int text = 0; text < builder.Texts; text++)
        {
            ReadOnlySpan<(int Number, int Count)> counted = builder.CountsOf(text);
            if (counted.Length > features.Length)
            {
                features = new int[2 * counted.Length];
                counts = new int[2 * counted.Length];
            }

            int count = 0;
            foreach ((int number, int occurrences) in counted)
            {
                if (featureOf[number] >= 0)
                {
                    features[count] = featureOf[number];
                    counts[count++] = occurrences;
                }
            }

            Span<int> indices = rows.AppendRow(count, out Span<T> values);
            features.AsSpan(0, count).CopyTo(indices);
            Weigh(indices, counts.AsSpan(0, count), values);
        }

        return rows;
    }

    private void Weigh<T>(ReadOnlySpan<int> features, ReadOnlySpan<int> counts, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double squares = 0;
        for (int i = 0; i < features.Length; i++)
        {
            double weight = WeightOf(counts[i]) * Idf[features[i]];
            squares += weight * weight;
        }

        double scale = 1 / Math.Sqrt(squares);
        for (int i = 0; i < features.Length; i++)
        {
            values[i] = T.CreateTruncating(WeightOf(counts[i]) * Idf[features[i]] * scale);
        }
    }

    private static double WeightOf(int count) => count == 1 ? 1 : 1 + Math.Log(count);

    private static string TextAt(IReadOnlyList<string> texts, int index) =>
        texts[index] ?? throw new ArgumentException($"Text {index} is null.", nameof(texts));
}
