using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <summary>A tokenizer of a pretrained model, which converts texts to the numbers of its tokens and back.</summary>
/// <remarks>
/// <para>
/// The tokens are the same as those of Hugging Face's <c>tokenizers</c>, for every text, whether or not the platform has Unicode data
/// (<c>InvariantGlobalization</c>). Tokens that were added to the vocabulary, such as <c>[MASK]</c>, become their own tokens where they are
/// written in a text. No call but those that return arrays or strings allocates memory. Any number of threads may use one tokenizer.
/// </para>
/// <code>
/// PretrainedTokenizer tokenizer = SentenceEncoder.Load("all-MiniLM-L6-v2").Tokenizer!;
/// Console.WriteLine(tokenizer.CountTokens("How many tokens has this text?"));
/// </code>
/// </remarks>
public abstract class PretrainedTokenizer
{
    private protected PretrainedTokenizer()
    {
    }

    /// <summary>The number of tokens; they are numbered from 0 on.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The first token of each text; null for none.</summary>
    private protected abstract int? FirstId { get; }

    /// <summary>The last token of each text; null for none.</summary>
    private protected abstract int? LastId { get; }

    /// <summary>The number of tokens that a text without a word has.</summary>
    private int FewestTokens => (FirstId is null ? 0 : 1) + (LastId is null ? 0 : 1);

    /// <summary>Converts a text to tokens, with those that the model puts before and after each text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">
    /// The largest number of tokens, at least that of the empty text. A longer text is cut, but not the token that the model puts last.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is less than that of the empty text.</exception>
    [SkipLocalsInit]
    public int[] Encode(ReadOnlySpan<char> text, int maxLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, FewestTokens);
        Span<int> few = stackalloc int[256];
        few = few[..Math.Min(few.Length, maxLength)];
        if (TryEncode(text, few, out int count) || few.Length == maxLength)
        {
            return few[..count].ToArray();
        }

        int[] ids = new int[Math.Min(CountTokens(text), maxLength)];
        Encode(text, ids);
        return ids;
    }

    /// <summary>Converts a text to tokens, with those that the model puts before and after each text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">
    /// Receives the tokens; it has room for those of the empty text. If a text has more tokens than there is room for, it is cut, but not
    /// the token that the model puts last.
    /// </param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ArgumentException">There is no room for the tokens of the empty text.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        TryEncode(text, ids, out int count);
        return count;
    }

    /// <summary>Converts a text to tokens, and finds the part of the text that each of them is made from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">
    /// Receives the tokens; it has room for those of the empty text. If a text has more tokens than there is room for, it is cut, but not
    /// the token that the model puts last.
    /// </param>
    /// <param name="ranges">
    /// Receives a range of the text for each token, from the beginning of its first character to the end of its last; empty ranges at the
    /// beginning and the end of the text for the tokens that the model puts there. At least as long as <paramref name="ids"/>.
    /// </param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ArgumentException">There is no room for the tokens of the empty text, or for fewer ranges than tokens.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges)
    {
        if (ranges.Length < ids.Length)
        {
            throw new ArgumentException($"There is room for {ranges.Length} ranges, but for {ids.Length} tokens.", nameof(ranges));
        }

        TryEncode(text, ids, ranges, out int count);
        return count;
    }

    /// <summary>Converts a text to tokens, with those that the model puts before and after each text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the tokens; it has room for those of the empty text.</param>
    /// <param name="count">The number of tokens.</param>
    /// <returns>Whether there was room for all tokens; if not, the text has been cut, but not the token that the model puts last.</returns>
    /// <exception cref="ArgumentException">There is no room for the tokens of the empty text.</exception>
    public bool TryEncode(ReadOnlySpan<char> text, Span<int> ids, out int count) => TryEncode(text, ids, [], out count);

    /// <summary>Counts the tokens of a text, with those that the model puts before and after it.</summary>
    /// <param name="text">The text.</param>
    public int CountTokens(ReadOnlySpan<char> text) =>
        Run(text, [], [], int.MaxValue - 2) + (LastId is null ? 0 : 1);

    /// <summary>Converts tokens to a text.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public abstract string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);

    /// <summary>Gets a token as the vocabulary has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public abstract string GetToken(int id);

    /// <summary>Finds the identifier of a token as the vocabulary has it; null if there is none.</summary>
    public abstract int? FindToken(ReadOnlySpan<char> token);

    /// <summary>Finds the tokens of a text without the last.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the first tokens.</param>
    /// <param name="ranges">Receives the range of the text of each of these tokens, or is empty.</param>
    /// <param name="most">The number of tokens after which nothing more needs to be known.</param>
    /// <returns>Their number, or a number above <paramref name="most"/>.</returns>
    private protected abstract int Run(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, int most);

    private bool TryEncode(ReadOnlySpan<char> text, Span<int> ids, Span<Range> ranges, out int count)
    {
        if (ids.Length < FewestTokens)
        {
            throw new ArgumentException(
                $"There is room for {ids.Length} tokens, but each text has {FewestTokens}, the first and the last.", nameof(ids));
        }

        int last = ids.Length - (LastId is null ? 0 : 1), found = Run(text, ids[..last], ranges, last);
        count = Math.Min(found, last);
        if (LastId is { } id)
        {
            ids[count] = id;
            if (!ranges.IsEmpty)
            {
                ranges[count] = text.Length..text.Length;
            }

            count++;
        }

        return found <= last;
    }
}
