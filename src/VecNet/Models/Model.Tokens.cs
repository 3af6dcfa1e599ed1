using System.Numerics;

namespace VecNet;

/// <content>Predictions from texts as sequences of tokens.</content>
public sealed partial class Model<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of tokens of a mini-batch of texts, unless a single text has more.</summary>
    private const int TokensOfBatch = 4096;

    /// <summary>
    /// The number of tokens at the beginning of a text that the network reads, where it reads the tokens of <see cref="Tokenizer"/>; null
    /// for all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int? MaxTokens
    {
        get;
        init
        {
            if (value < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least one token.");
            }

            field = value;
        }
    }

    /// <summary>The column of a table that the texts are in; null if they are not in a table.</summary>
    public string? TextColumn
    {
        get => field ?? Vectorizer?.Column ?? Text?.Column;
        init;
    }

    /// <summary>Whether the network has one row of outputs for the tokens of a text.</summary>
    private bool ReadsTokens => Tokenizer is not null && Network.Plan.Buffers[Network.Plan.Output].Rows.Kind == RowKind.Sequence;

    /// <summary>Converts texts to the sequences that the network reads.</summary>
    /// <exception cref="ArgumentException">The tokenizer does not know a character of a text; the message names the text.</exception>
    internal TextSequences EncodeTexts(IReadOnlyList<string> texts) => TextSequences.Encode(Tokenizer!, texts, MaxTokens ?? int.MaxValue);

    /// <summary>
    /// Predicts sequences of tokens in mini-batches, which bounds the memory; each has the same bits alone and with any others.
    /// </summary>
    internal void Predict(TextSequences texts, PredictionTarget<T> target)
    {
        int[] offsets = texts.Offsets;
        PredictionMemory<T> memory = memories.Borrow(offsets.Length - 1);
        try
        {
            for (int start = 0, end; start < offsets.Length - 1; start = end)
            {
                end = start + 1;
                while (end < offsets.Length - 1 && end - start < memory.Capacity && offsets[end + 1] - offsets[start] <= TokensOfBatch)
                {
                    end++;
                }

                for (int i = start; i <= end; i++)
                {
                    memory.Offsets[i - start] = offsets[i] - offsets[start];
                }

                ReadOnlySpan<int> tokens = texts.Tokens.AsSpan(offsets[start]..offsets[end]);
                SequenceOffsets sequences = new(memory.Offsets.AsSpan(0, end - start + 1));
                Finish(Network.Predict(tokens, sequences, memory.Reserve(tokens.Length)), start, memory, target);
            }
        }
        finally
        {
            memories.Return(memory);
        }
    }

    private ReadOnlyTensorView<T> PredictTokens(ReadOnlySpan<char> text, PredictionMemory<T> memory)
    {
        List<int> tokens = memory.Tokens;
        tokens.Clear();
        TextSequences.Append(Tokenizer!, text, MaxTokens ?? int.MaxValue, tokens);
        memory.Offsets[1] = tokens.Count;
        return Network.Predict(memory.CopyTokens(), new(memory.Offsets.AsSpan(0, 2)), memory.Reserve(tokens.Count));
    }
}
