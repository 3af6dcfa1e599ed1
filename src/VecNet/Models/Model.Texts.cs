using System.Numerics;

namespace VecNet;

/// <content>Predictions from texts and from sparse rows.</content>
public sealed partial class Model<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the model takes texts, and has one row of outputs for each.</summary>
    public bool TakesTexts => Text is not null || Vectorizer is not null || ReadsTokens;

    /// <summary>The tokens of which each text must have one.</summary>
    internal TextTokens TokensOfTexts => Vectorizer?.Options.Tokens ?? Text?.Tokens ?? TextTokens.WordsAndSymbols;

    /// <summary>Predicts the class of one text.</summary>
    /// <remarks>
    /// <code>
    /// Model&lt;float&gt; model = Model&lt;float&gt;.Load("mails.safetensors");
    /// Prediction&lt;string&gt; kind = model.PredictText("You have won a prize");
    /// </code>
    /// </remarks>
    /// <exception cref="ArgumentException">The text has no token.</exception>
    /// <exception cref="InvalidOperationException">The model does not take texts, or predicts numbers.</exception>
    public Prediction<string> PredictText(ReadOnlySpan<char> text)
    {
        T[] probabilities = new T[Network.OutputSize];
        PredictText(text, probabilities);
        return PredictionOf(Labels, probabilities, nameof(text));
    }

    /// <summary>Computes the probability of each class for one text, without allocating when warm.</summary>
    /// <param name="text">The text, of any length and language.</param>
    /// <param name="probabilities">The probability of each class.</param>
    /// <exception cref="ArgumentException">The text has no token, or the number of probabilities is not that of the classes.</exception>
    /// <exception cref="InvalidOperationException">The model does not take texts, or predicts numbers.</exception>
    public void PredictText(ReadOnlySpan<char> text, Span<T> probabilities)
    {
        if (!TakesTexts || !PredictsClasses)
        {
            throw new InvalidOperationException(TakesTexts ? "The model predicts numbers, not classes." : "The model does not take texts.");
        }

        if (probabilities.Length != Network.OutputSize)
        {
            throw new ArgumentException(
                $"The span has {probabilities.Length} elements; the model has {Network.OutputSize} classes.",
                nameof(probabilities));
        }

        CheckTokens(text);
        PredictionMemory<T> memory = memories.Borrow(1);
        try
        {
            ToProbabilities(PredictText(text, memory), probabilities);
        }
        finally
        {
            memories.Return(memory);
        }
    }

    /// <summary>Predicts sparse rows, as the vectorizer makes them, in batches, which bounds the memory.</summary>
    internal void Predict(SparseRowsView<T> rows, PredictionTarget<T> target)
    {
        PredictionMemory<T> memory = memories.Borrow(rows.Rows);
        try
        {
            for (int start = 0; start < rows.Rows; start += memory.Capacity)
            {
                int count = int.Min(memory.Capacity, rows.Rows - start);
                Finish(Network.Predict(rows.SliceRows(start, count), memory.Workspace), start, memory, target);
            }
        }
        finally
        {
            memories.Return(memory);
        }
    }

    private void CheckTokens(ReadOnlySpan<char> text)
    {
        if (!TextHashing.ContainsTokens(text, TokensOfTexts))
        {
            throw new ArgumentException("The text has no token: nothing can be predicted from it.", nameof(text));
        }
    }

    private ReadOnlyTensorView<T> PredictText(ReadOnlySpan<char> text, PredictionMemory<T> memory)
    {
        if (Vectorizer is not null)
        {
            memory.SparseInputs.Clear();
            Vectorizer.Append(text, memory.SparseInputs);
            return Network.Predict(memory.SparseInputs.View, memory.Workspace);
        }

        if (ReadsTokens)
        {
            return PredictTokens(text, memory);
        }

        TensorView<T> inputs = memory.Inputs.View.SliceRows(0, 1);
        Text!.Encode(text, inputs.Row(0));
        if (Standardization is not null)
        {
            Standardization.Apply<T>(inputs, inputs);
        }

        return Network.Predict(inputs, memory.Workspace);
    }
}
