using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Texts that go through the encoder together, with the memory of their pass, for one thread at a time.</summary>
internal sealed class EncodingBatch(EncoderModel model)
{
    /// <summary>The smallest norm that a vector is divided by, as in PyTorch.</summary>
    private const float SmallestNorm = 1e-12f;

    private readonly PackedProduct product = new();
    private readonly TensorBuffer<float>[] pooled = CreateVectors(model);
    private EncoderPass? pass;
    private int[] ids = [];
    private int[] offsets = new int[1];
    private int[] numbers = [];

    /// <summary>The number of texts.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of tokens.</summary>
    internal int Rows => offsets[Count];

    /// <summary>The number of texts that have been cut.</summary>
    internal int Truncated { get; private set; }

    /// <summary>The memory, in bytes.</summary>
    internal long Bytes => pass?.Bytes ?? 0;

    /// <summary>Removes all texts.</summary>
    internal void Clear() => Count = Truncated = 0;

    /// <summary>Gets the number of a text of the batch, which was given with it.</summary>
    internal int NumberOf(int text) => numbers[text];

    /// <summary>Memory for the tokens of the next text.</summary>
    internal Span<int> Next(int mostTokens)
    {
        int needed = Rows + mostTokens;
        if (ids.Length < needed)
        {
            Array.Resize(ref ids, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed));
        }

        return ids.AsSpan(Rows, mostTokens);
    }

    /// <summary>Adds a text, which is cut if it has too many tokens.</summary>
    internal void Add(int number, string text, PretrainedTokenizer tokenizer, int mostTokens)
    {
        if (!tokenizer.TryEncode(text, Next(mostTokens), out int tokens))
        {
            Truncated++;
        }

        Add(number, tokens);
    }

    /// <summary>Adds a text, whose tokens have been written.</summary>
    internal void Add(int number, int tokens)
    {
        if (numbers.Length == Count)
        {
            // If there is no memory for the second, the first is there for the next call.
            int room = int.Max(16, 2 * Count);
            Array.Resize(ref offsets, room + 1);
            Array.Resize(ref numbers, room);
        }

        numbers[Count] = number;
        offsets[Count + 1] = offsets[Count] + tokens;
        Count++;
    }

    /// <summary>Computes a row for each token, which is valid until the next pass.</summary>
    internal TensorView<float> Run(int threads)
    {
        if (pass is null || pass.Capacity < Rows)
        {
            pass = null;
            pass = new(model, CapacityFor(Rows));
        }

        return pass.Run(ids.AsSpan(0, Rows), SequenceOffsets.Checked(offsets.AsSpan(0, Count + 1)), threads);
    }

    /// <summary>Makes one vector of the rows of a text, zeros of none.</summary>
    internal void Pool(TensorView<float> rows, int text, PoolingMode mode, bool normalizes, Span<float> vector)
    {
        if (offsets[text + 1] == offsets[text])
        {
            vector.Clear();
            return;
        }

        SequencePooling.Pool<float>(
            rows.SliceRows(offsets[text], offsets[text + 1] - offsets[text]), pooled.Length == 0 ? vector : pooled[0].Span, mode);
        for (int i = 0; i < model.Dense.Count; i++)
        {
            product.Run(pooled[i].View, model.Dense[i].Weights, pooled[i + 1].View, model.Dense[i].Activation);
        }

        if (pooled.Length > 0)
        {
            pooled[^1].Span.CopyTo(vector);
        }

        if (normalizes)
        {
            float norm = float.Max(MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(vector)), SmallestNorm);
            TensorPrimitives.Divide(vector, norm, vector);
        }
    }

    /// <summary>A vector before each layer behind pooling, and the last one; none without such layers.</summary>
    private static TensorBuffer<float>[] CreateVectors(EncoderModel model) => model.Dense.Count == 0 ? [] :
        [new(1, model.Width), .. model.Dense.Select(layer => new TensorBuffer<float>(1, layer.Weights.Outputs))];

    /// <summary>A capacity that is not exceeded often: a power of two, or one and a half.</summary>
    private static int CapacityFor(int rows)
    {
        int power = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)int.Max(rows, 16));
        return rows <= power / 4 * 3 ? power / 4 * 3 : power;
    }
}
