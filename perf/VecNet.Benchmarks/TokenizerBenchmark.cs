using BenchmarkDotNet.Attributes;
using FastBertTokenizer;
using VecNet.Benchmarks.Comparing.MiniLm;
using VecNet.Text;

namespace VecNet.Benchmarks;

/// <summary>Texts to tokens of all-MiniLM-L6-v2, one text at a time on one thread, into buffers that are there.</summary>
/// <remarks>
/// The other library has other tokens for some texts with characters that are not ASCII; VecNet's are checked against those of Hugging
/// Face.
/// </remarks>
public class TokenizerBenchmark
{
    private const int MostTokens = 1 << 13;

    private readonly int[] ids = new int[MostTokens];
    private readonly Range[] ranges = new Range[MostTokens];
    private readonly long[] longIds = new long[MostTokens], mask = new long[MostTokens], types = new long[MostTokens];
    private string[] texts = [];
    private WordPieceTokenizer? vecNet;
    private BertTokenizer? fastBert;

    /// <summary>English sentences and paragraphs, or texts in many languages with emoji, symbols and control characters.</summary>
    [Params("English", "all kinds")]
    public string Texts { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        string[][] entries =
        [
            .. MiniLmPackage.ReadTexts().Where(entry => Texts == "all kinds" || entry[0] is "sentence" or "long"),
        ];
        texts = Array.ConvertAll(entries, entry => entry[1]);
        vecNet = MiniLmPackage.LoadTokenizer();
        fastBert = new();
        using Stream vocabulary = MiniLmPackage.OpenVocabulary();
        fastBert.LoadVocabulary(new StreamReader(vocabulary), convertInputToLowercase: true);
        foreach (string[] entry in entries)
        {
            if (string.Join(' ', vecNet.Encode(entry[1])) != entry[2])
            {
                throw new InvalidOperationException($"The tokens of '{entry[1]}' are not those of Hugging Face.");
            }
        }

        WarmUp.Run(FastBertTokenizer, VecNet, VecNetWithRanges);
    }

    [Benchmark(Description = "FastBertTokenizer", Baseline = true)]
    public void FastBertTokenizer()
    {
        foreach (string text in texts)
        {
            fastBert!.Encode(text, longIds, mask, types);
        }
    }

    [Benchmark(Description = "VecNet")]
    public void VecNet()
    {
        foreach (string text in texts)
        {
            vecNet!.Encode(text, ids.AsSpan());
        }
    }

    [Benchmark(Description = "VecNet, with the ranges of tokens")]
    public void VecNetWithRanges()
    {
        foreach (string text in texts)
        {
            vecNet!.Encode(text, ids, ranges);
        }
    }
}
