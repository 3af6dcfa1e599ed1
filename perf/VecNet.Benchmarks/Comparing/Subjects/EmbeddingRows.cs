namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The texts that are encoded.</summary>
internal static class EmbeddingRows
{
    /// <summary>The group of texts as strings, which need a tokenizer.</summary>
    internal const string Strings = "strings";

    /// <summary>A quick run has no uniform row with more tokens.</summary>
    private const int MostTokensOfQuickRun = 512;

    private const int MixedTexts = 256;
    private const int MixedTextsOfQuickRun = 64;

    private static readonly int[] TextsOfBatches = [1, 8, 32];
    private static readonly int[] Lengths = [16, 64, 128, 256];

    /// <summary>Small rows that run everything that is compiled.</summary>
    internal static IEnumerable<EmbeddingRow> CompiledFirst =>
        from row in (EmbeddingRow[])
        [
            new(1, 16), new(8, 16), new(1, 128), Mixed(MixedTextsOfQuickRun / 4, TextBatches.OneByOne),
            Mixed(MixedTextsOfQuickRun / 4, TextBatches.OneByOne, fromStrings: true),
        ]
        from threads in Enumerable.Range(1, int.Min(Subject.MostThreads, Environment.ProcessorCount))
        select row with { Threads = threads };

    /// <summary>The groups, for a quick run with fewer and shorter rows.</summary>
    internal static IReadOnlyList<RowGroup> Groups(bool isQuick)
    {
        int texts = isQuick ? MixedTextsOfQuickRun : MixedTexts;
        return
        [
            new("uniform", "Texts of one length, as tokens", RowGroup.WithTwoThreads(
                from batch in TextsOfBatches
                from length in Lengths
                where !isQuick || batch * length <= MostTokensOfQuickRun
                select new EmbeddingRow(batch, length),
                _ => true)),
            new("mixed", "Texts of mixed length, as tokens", RowGroup.WithTwoThreads(
                [Mixed(texts, TextBatches.Padded), Mixed(texts, TextBatches.Sorted), Mixed(texts, TextBatches.OneByOne)],
                _ => !isQuick)),
            new(Strings, "Texts of mixed length, as strings", RowGroup.WithTwoThreads(
                from batches in isQuick ? (TextBatches[])[TextBatches.OneByOne] : [TextBatches.Padded, TextBatches.OneByOne]
                select Mixed(texts, batches, fromStrings: true),
                _ => !isQuick)),
        ];
    }

    /// <summary>The ratio that a row should reach.</summary>
    internal static double GoalOf(EmbeddingRow row) => row switch
    {
        { IsUniform: true, Texts: 1, Tokens: 16 } => 1.5,
        { IsUniform: true } => 1.15,
        { FromStrings: true } => 1.3,
        { Batches: TextBatches.Padded } => 2.5,
        _ => 1.25,
    };

    private static EmbeddingRow Mixed(int texts, TextBatches batches, bool fromStrings = false) =>
        new(texts, EmbeddingRow.MostTokens, batches, fromStrings);
}
