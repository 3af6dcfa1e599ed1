using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>The forward pass of an encoder, with its memory, for one thread at a time.</summary>
/// <remarks>
/// The rows of all texts of a pass follow one another without padding. It is the pass of a network of <see cref="Embedding{T}"/>,
/// <see cref="PositionalEmbedding{T}"/>, <see cref="LayerNorm{T}"/> and <see cref="TransformerBlock{T}"/>, but for inference only: weights
/// are packed once, and the sums of residual connections are part of the normalizations. (A product that is added to the residual
/// connection term by term rounds each of its small terms to the size of that: embeddings of MiniLM were off by 7e-7 instead of 3e-7.)
/// </remarks>
internal sealed class EncoderPass
{
    private readonly EncoderModel model;
    private readonly PackedProduct product = new();
    private readonly EncoderAttention attention;
    private readonly TensorBuffer<float> rows;
    private readonly TensorBuffer<float> shared;

    internal EncoderPass(EncoderModel model, int capacity)
    {
        this.model = model;
        Capacity = capacity;
        attention = new(model.Heads);
        rows = new(capacity, model.Width);
        shared = new(1, checked(capacity * int.Max(4 * model.Width, model.HiddenWidth + model.Width)));
    }

    /// <summary>The most rows of a pass.</summary>
    internal readonly int Capacity;

    /// <summary>The memory, in bytes.</summary>
    internal long Bytes => rows.Bytes + shared.Bytes + attention.Bytes;

    /// <summary>Computes the last hidden state.</summary>
    /// <param name="ids">The tokens of all texts, which are in the vocabulary.</param>
    /// <param name="texts">The rows of the texts, each of at most as many rows as there are positions.</param>
    /// <param name="threads">The maximum number of threads.</param>
    /// <returns>A row for each token, valid until the next pass.</returns>
    internal TensorView<float> Run(ReadOnlySpan<int> ids, SequenceOffsets texts, int threads)
    {
        TensorView<float> x = rows.View.SliceRows(0, ids.Length);
        Embed(ids, texts, x);
        foreach (EncoderLayer layer in model.Layers)
        {
            Attend(layer, x, texts, threads);
            FeedForward(layer, x, threads);
        }

        return x;
    }

    private void Embed(ReadOnlySpan<int> ids, SequenceOffsets texts, TensorView<float> x)
    {
        ReadOnlySpan<float> words = model.Words.Values;
        for (int text = 0; text < texts.Count; text++)
        {
            (int first, int count) = texts[text].GetOffsetAndLength(texts.Rows);
            int position = 0;
            for (int row = first; row < first + count; row++)
            {
                ReadOnlySpan<float> place =
                    ids[row] == model.PaddingToken ? model.PaddingPosition.Span : model.Positions.View.Row(position++);
                TensorPrimitives.Add(words.Slice(ids[row] * model.Width, model.Width), place, x.Row(row));
            }
        }

        NormalizationLoop.Run(x, default, model.EmbeddingNorm);
    }

    /// <summary>x = norm(x + attention(x)).</summary>
    private void Attend(EncoderLayer layer, TensorView<float> x, SequenceOffsets texts, int threads)
    {
        int width = model.Width;
        var projected = new TensorView<float>(shared.Span, x.Rows, 3 * width);
        var attended = new TensorView<float>(shared.Span[projected.Length..], x.Rows, width);
        product.Run(x, layer.Projection, projected, threads: threads);
        attention.Run(projected, attended, texts, threads);
        var y = new TensorView<float>(shared.Span, x.Rows, width);
        product.Run(attended, layer.Output, y, threads: threads);
        NormalizationLoop.Run(x, y, layer.AttentionNorm);
    }

    /// <summary>x = norm(x + f(x·W₁ + b₁)·W₂ + b₂).</summary>
    private void FeedForward(EncoderLayer layer, TensorView<float> x, int threads)
    {
        var hidden = new TensorView<float>(shared.Span, x.Rows, model.HiddenWidth);
        var y = new TensorView<float>(shared.Span[hidden.Length..], x.Rows, model.Width);
        product.Run(x, layer.Hidden, hidden, model.Activation, threads: threads);
        product.Run(hidden, layer.Result, y, threads: threads);
        NormalizationLoop.Run(x, y, layer.ResultNorm);
    }
}
