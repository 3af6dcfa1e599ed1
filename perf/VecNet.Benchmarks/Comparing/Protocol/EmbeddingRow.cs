namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>How a peer gets the texts of a row; VecNet gets all of them in one call.</summary>
internal enum TextBatches
{
    /// <summary>All at once: they have one length.</summary>
    Whole,

    /// <summary>In batches in the given order, padded to the longest text of each.</summary>
    Padded,

    /// <summary>In such batches after they were sorted by length.</summary>
    Sorted,

    /// <summary>One at a time; with two threads two at a time, each on a thread of its own.</summary>
    OneByOne,
}

/// <summary>One row of the comparison of sentence encoders: texts to vectors by all-MiniLM-L6-v2, in float32.</summary>
/// <remarks>
/// The tokens are those of each text, the first and the last that every text has included, or of the longest text where lengths differ.
/// </remarks>
internal sealed record EmbeddingRow(
    int Texts, int Tokens, TextBatches Batches = TextBatches.Whole, bool FromStrings = false, int Threads = 1)
    : ComparedRow(Precision.Float32, Threads)
{
    /// <summary>The median of the lengths where they differ.</summary>
    internal const int MedianTokens = 22;

    /// <summary>The length of the longest text where lengths differ.</summary>
    internal const int MostTokens = 178;

    /// <summary>The fewest tokens of a text: the first, the last, and one of its own.</summary>
    internal const int FewestTokens = 3;

    /// <summary>The texts of a batch that is padded.</summary>
    internal const int TextsOfBatch = 32;

    private const double Layers = 6;
    private const double Width = 384;
    private const double HiddenWidth = 1536;

    internal bool IsUniform => Batches == TextBatches.Whole;

    /// <summary>The number of tokens of each text.</summary>
    internal IReadOnlyList<int> Lengths => IsUniform
        ? [.. Enumerable.Repeat(Tokens, Texts)]
        : [.. LogNormalLengths.Create(Texts, MedianTokens, Tokens).Select(length => int.Max(length, FewestTokens))];

    internal override string ShortName => IsUniform
        ? $"{Texts} × {Tokens} tokens"
        : $"{Texts} {(FromStrings ? "strings" : "texts")}, {ShownBatches}";

    /// <summary>
    /// Operations of the products of the texts' own tokens, not of padding. In each layer a token is multiplied by four matrices of
    /// width × width (queries, keys, values, output) and two of width × hidden width: 2·(4·384² + 2·384·1536) = 3.54 million. And for each
    /// token of the same text there is a term of a score and one of a sum of values, 2·2·384 over all heads. In six layers together
    /// 21,233,664 + 9,216·n for a token of a text of n tokens.
    /// </summary>
    internal override double FloatingPointOperations => Lengths.Sum(length =>
        length * Layers * ((2 * ((4 * Width * Width) + (2 * Width * HiddenWidth))) + (4 * Width * length)));

    /// <summary>Relative to the largest component, which is about 0.2 in vectors of length 1.</summary>
    internal override double Tolerance => 1e-5;

    private string ShownBatches => Batches switch
    {
        TextBatches.Padded => $"in the given order in batches of {TextsOfBatch}",
        TextBatches.Sorted => $"sorted by length in batches of {TextsOfBatch}",
        _ => "one at a time",
    };

    /// <summary>The numbers of the texts that a peer gets together, batch after batch.</summary>
    internal IReadOnlyList<int[]> GetBatches()
    {
        IReadOnlyList<int> lengths = Lengths;
        IEnumerable<int> numbers = Enumerable.Range(0, Texts);
        return
        [
            .. (Batches == TextBatches.Sorted ? numbers.OrderBy(text => lengths[text]) : numbers).Chunk(Batches switch
            {
                TextBatches.Whole => Texts,
                TextBatches.OneByOne => 1,
                _ => TextsOfBatch,
            }),
        ];
    }
}
