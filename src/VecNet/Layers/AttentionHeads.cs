using System.Numerics;

namespace VecNet;

/// <summary>
/// The part of <see cref="SelfAttention{T}"/> between its projections: <see cref="ScaledDotProductAttention"/> of queries, keys and values
/// that are side by side in the input, q | k | v, each a third of its width.
/// </summary>
internal sealed class AttentionHeads<T> : ILayer<T>, IProductLayer
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The numbers in which the seed of a pass is saved, 16 bits in each, which every type represents.</summary>
    private const int SeedParts = 4;

    private readonly AttentionOptions options;
    private readonly AttentionOptions training;

    internal AttentionHeads(int heads, bool causal, bool alibi, double dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        VecNet.Dropout.CheckProbability(dropout, nameof(dropout));
        options = new()
        {
            Heads = heads,
            IsCausal = causal,
            AlibiSlopes = alibi ? AttentionOptions.GetAlibiSlopes(heads) : null,
        };
        training = options with { Dropout = dropout };
    }

    /// <inheritdoc/>
    public string Name => "attention_heads";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [new("heads", Heads), new("causal", IsCausal), new("alibi", HasLinearBiases), new("dropout", Dropout)];

    /// <summary>The number of heads.</summary>
    public int Heads => options.Heads;

    /// <summary>Whether a token reads only itself and the tokens before it.</summary>
    public bool IsCausal => options.IsCausal;

    /// <summary>Whether the score of two tokens decreases linearly with their distance.</summary>
    public bool HasLinearBiases => options.AlibiSlopes is not null;

    /// <summary>The probability of dropping a weight in training.</summary>
    internal double Dropout => training.Dropout;

    /// <summary>The slopes of the linear biases; null for none.</summary>
    internal IReadOnlyList<double>? AlibiSlopes => options.AlibiSlopes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The width of the input is not three times a multiple of the number of heads.</exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (declaration.InputFeatures % (3 * Heads) != 0)
        {
            throw new ArgumentException(
                $"An input of {declaration.InputFeatures} features cannot be divided into queries, keys and values of {Heads} heads.",
                nameof(declaration));
        }

        int features = declaration.InputFeatures / 3;
        declaration.OutputFeatures = features;
        declaration.ReadsSequences = true;
        declaration.ContinuesSequences = IsCausal;
        declaration.AddKept(2 * features);
        declaration.AddSaved(Heads);
        declaration.AddScratch(ScaledDotProductAttention.GetScratchLength(features, features, Heads), Extent.PerThread);
        declaration.AddScratch(Heads);
        if (Dropout > 0)
        {
            declaration.AddSaved(SeedParts, Extent.Fixed);
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        int features = pass.Output.Columns;
        ulong seed = 0;
        if (pass.IsTraining && Dropout > 0)
        {
            seed = pass.Random.Next();
            Write(seed, pass.Saved(1).Row(0));
        }

        ReadOnlyTensorView<T> keysAndValues = pass.Input.SliceColumns(features, 2 * features);
        int rows = pass.Position + pass.Input.Rows;
        ReadOnlySpan<int> offsets = [0, rows];
        if (pass.ContinuesSequence)
        {
            keysAndValues.CopyTo(pass.Kept(0).SliceRows(pass.Position, pass.Input.Rows));
            keysAndValues = pass.Kept(0).SliceRows(0, rows);
        }

        ScaledDotProductAttention.Continue(
            pass.Input.SliceColumns(0, features),
            keysAndValues.SliceColumns(0, features),
            keysAndValues.SliceColumns(features, features),
            pass.Sequences,
            pass.ContinuesSequence ? SequenceOffsets.Checked(offsets) : pass.Sequences,
            pass.Output,
            pass.IsTraining ? pass.Saved(0) : pass.Scratch(1),
            pass.IsTraining ? training : options,
            pass.Scratch(0),
            seed,
            pass.Position);
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (!pass.WantsGradInput)
        {
            return;
        }

        int features = pass.Output.Columns;
        ScaledDotProductAttention.Backward(
            pass.Input.SliceColumns(0, features),
            pass.Input.SliceColumns(features, features),
            pass.Input.SliceColumns(2 * features, features),
            pass.Sequences,
            pass.Sequences,
            pass.Output,
            pass.Saved(0),
            pass.GradOutput,
            pass.GradInput.SliceColumns(0, features),
            pass.GradInput.SliceColumns(features, features),
            pass.GradInput.SliceColumns(2 * features, features),
            training,
            pass.Scratch(0),
            Dropout > 0 ? Read(pass.Saved(1).Row(0)) : 0);
    }

    private static void Write(ulong seed, Span<T> parts)
    {
        for (int i = 0; i < SeedParts; i++)
        {
            parts[i] = T.CreateTruncating((seed >> (16 * i)) & 0xFFFF);
        }
    }

    private static ulong Read(ReadOnlySpan<T> parts)
    {
        ulong seed = 0;
        for (int i = 0; i < SeedParts; i++)
        {
            seed |= ulong.CreateTruncating(parts[i]) << (16 * i);
        }

        return seed;
    }

    /// <summary>
    /// For each pair of a query and a key that it reads, products of a row: two in the forward pass (scores and output), five in the
    /// backward pass (scores again, their gradient, and those of queries, keys and values).
    /// </summary>
    long IProductLayer.CountFlops(long rows, int inputFeatures, SequenceOffsets sequences, bool isBackward)
    {
        long pairs = 0;
        for (int i = 0; i < sequences.Count; i++)
        {
            long length = sequences.GetLength(i);
            pairs += IsCausal ? length * (length + 1) / 2 : length * length;
        }

        return pairs * (inputFeatures / 3) * 2 * (isBackward ? 5 : 2);
    }
}
