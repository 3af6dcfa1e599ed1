using System.Text;

namespace VecNet;

/// <summary>Texts as sequences of the numbers of their tokens.</summary>
/// <param name="tokens">The tokens of all texts, one after another.</param>
/// <param name="offsets">The offsets of the texts.</param>
internal sealed class TextSequences(int[] tokens, int[] offsets)
{
    internal int[] Tokens { get; } = tokens;

    internal int[] Offsets { get; } = offsets;

    /// <summary>The largest vocabulary of a tokenizer that is learned.</summary>
    private const int LargestVocabulary = 4096;

    /// <summary>The number of characters of the training texts for each token after the bytes: rarer tokens would not be learned.</summary>
    private const int CharactersPerToken = 50;

    /// <summary>The number of characters that tokens are learned from at most.</summary>
    private const int MostCharacters = 1 << 22;

    /// <summary>The number of occurrences that a character needs to become a token of its own, if any has as many.</summary>
    private const int FewestOccurrences = 2;

    /// <summary>Learns the tokens of training texts: characters, or byte pairs, which are parts of words.</summary>
    internal static Tokenizer Learn(IEnumerable<string> texts, bool characters = false)
    {
        long most = MostCharacters;
        string[] some = [.. texts.TakeWhile(text => (most -= text.Length) > -text.Length)];
        HashSet<Rune> seen = [];
        return characters
            ? CharacterTokenizer.Learn(
                some,
                hasUnknown: true,
                some.Any(text => text.EnumerateRunes().Any(character => !seen.Add(character))) ? FewestOccurrences : 1)
            : BytePairTokenizer.Learn(
                some, int.Clamp((int)(some.Sum(text => (long)text.Length) / CharactersPerToken) + 256, 256, LargestVocabulary));
    }

    /// <summary>A data set of the texts and their numbers.</summary>
    internal Dataset<float> With(TensorBuffer<float> values, double[]? weights) => new(
        TensorBuffer.Copy<float>(Array.ConvertAll(Tokens, token => (float)token).AsView(Tokens.Length, 1)), new(Offsets), values)
    {
        Weights = weights,
    };

    /// <summary>Encodes texts, each by its first tokens.</summary>
    /// <exception cref="ArgumentException">The tokenizer does not know a character of a text; the message names the text.</exception>
    internal static TextSequences Encode(Tokenizer tokenizer, IReadOnlyList<string> texts, int maxTokens)
    {
        List<int> tokens = [];
        int[] offsets = new int[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
        {
            try
            {
                Append(tokenizer, texts[i], maxTokens, tokens);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"Text {i}: {error.Message}", nameof(texts), error);
            }

            offsets[i + 1] = tokens.Count;
        }

        return new([.. tokens], offsets);
    }

    /// <summary>Appends the first tokens of a text.</summary>
    internal static void Append(Tokenizer tokenizer, ReadOnlySpan<char> text, int maxTokens, List<int> tokens)
    {
        int start = tokens.Count;
        tokenizer.Encode(text, tokens);
        if (tokens.Count - start > maxTokens)
        {
            tokens.RemoveRange(start + maxTokens, tokens.Count - start - maxTokens);
        }
    }
}
