using System.Numerics;

namespace VecNet;

/// <summary>
/// Multi-head attention within each sequence, without parameters: reads queries, keys and values side by side, q | k | v, each a third of
/// the input's width.
/// </summary>
/// <remarks>
/// The mathematics is in <see cref="ScaledDotProductAttention"/>; <see cref="SelfAttention{T}"/> adds the projections before and after it.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class AttentionHeads<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AttentionOptions options;

    /// <summary>Creates the layer.</summary>
    /// <param name="heads">The number of heads, which divides a third of the input's width.</param>
    /// <param name="causal">Whether a token reads only itself and the tokens before it.</param>
    /// <param name="alibi">Whether scores fall with the distance: attention with linear biases, for a power of two of heads.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of heads is not positive, or no power of two with linear biases.</exception>
    public AttentionHeads(int heads, bool causal = false, bool alibi = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        options = new()
        {
            Heads = heads,
            IsCausal = causal,
            AlibiSlopes = alibi ? AttentionOptions.GetAlibiSlopes(heads) : null,
        };
    }

    /// <inheritdoc/>
    public string Name => "attention_heads";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [new("heads", Heads), new("causal", IsCausal), new("alibi", HasLinearBiases)];

    /// <summary>The number of heads.</summary>
    public int Heads => options.Heads;

    /// <summary>Whether a token reads only itself and the tokens before it.</summary>
    public bool IsCausal => options.IsCausal;

    /// <summary>Whether scores fall with the distance.</summary>
    public bool HasLinearBiases => options.AlibiSlopes is not null;

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
        declaration.AddSaved(Heads);
        declaration.AddScratch(ScaledDotProductAttention.GetScratchLength(features, features, Heads), Extent.PerThread);
        declaration.AddScratch(Heads);
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        int features = pass.Output.Columns;
        ScaledDotProductAttention.Forward(
            pass.Input.SliceColumns(0, features),
            pass.Input.SliceColumns(features, features),
            pass.Input.SliceColumns(2 * features, features),
            pass.Sequences,
            pass.Sequences,
            pass.Output,
            pass.IsTraining ? pass.Saved(0) : pass.Scratch(1),
            options,
            pass.Scratch(0));
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
            options,
            pass.Scratch(0));
    }
}
