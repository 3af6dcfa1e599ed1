using VecNet.Text;

namespace VecNet.Benchmarks.Comparing.MiniLm;

/// <summary>The texts of a row, the same in every process: random tokens, or words of English sentences.</summary>
internal sealed class EmbeddingProblem
{
    /// <summary>The length of a vector.</summary>
    internal const int Dimension = 384;

    private const int FirstToken = 101;
    private const int LastToken = 102;

    /// <summary>From this token on, the vocabulary has words and parts of words.</summary>
    private const int FirstWord = 1996;

    /// <summary>The tokens of the vocabulary.</summary>
    private const int Tokens = 30_522;

    internal EmbeddingProblem(EmbeddingRow row)
    {
        IReadOnlyList<int> lengths = row.Lengths;
        Offsets = [.. lengths.Aggregate(new List<int> { 0 }, (offsets, length) => [.. offsets, offsets[^1] + length])];
        if (row.IsUniform)
        {
            var random = new SplitMix64(1);
            Ids = [.. lengths.SelectMany(length => RandomIds(random, length))];
            return;
        }

        WordPieceTokenizer tokenizer = MiniLmPackage.LoadTokenizer();
        Texts = CreateTexts(lengths, tokenizer);
        Ids = [.. Texts.SelectMany(text => tokenizer.Encode(text))];
        if (Ids.Length != Offsets[^1])
        {
            throw new InvalidOperationException($"The texts have {Ids.Length} tokens instead of {Offsets[^1]}.");
        }
    }

    /// <summary>The texts; none where only tokens are given.</summary>
    internal string[] Texts { get; } = [];

    /// <summary>The tokens of all texts, one text after another.</summary>
    internal int[] Ids { get; }

    /// <summary>Where the texts begin and end.</summary>
    internal int[] Offsets { get; }

    /// <summary>The tokens of a text.</summary>
    internal ReadOnlySpan<int> IdsOf(int text) => Ids.AsSpan(Offsets[text]..Offsets[text + 1]);

    private static IEnumerable<int> RandomIds(SplitMix64 random, int count) =>
    [
        FirstToken,
        .. OperationOperands<float>.RandomIndices(random, count - 2, Tokens - FirstWord).Select(index => FirstWord + index),
        LastToken,
    ];

    /// <summary>Texts with so many tokens: words of English sentences in their order, without those that would be too long.</summary>
    private static string[] CreateTexts(IReadOnlyList<int> lengths, WordPieceTokenizer tokenizer)
    {
        (string Word, int Pieces)[] words =
        [
            .. from entry in MiniLmPackage.ReadTexts()
               where entry[0] == "sentence"
               from word in entry[1].Split(' ')
               where word.Length > 0 && word.All(char.IsAsciiLetter)
               select (word, tokenizer.Encode(word).Length - 2),
        ];
        int next = 0;
        return [.. lengths.Select(length => string.Join(' ', Words(length - 2)))];

        List<string> Words(int pieces)
        {
            var text = new List<string>();
            while (pieces > 0)
            {
                (string word, int count) = words[next++ % words.Length];
                if (count <= pieces)
                {
                    text.Add(word);
                    pieces -= count;
                }
            }

            return text;
        }
    }
}
