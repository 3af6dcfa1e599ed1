using System.Numerics;

namespace VecNet;

/// <summary>
/// The part of <see cref="SelfAttention{T}"/> between its first product and its heads if it has rotary positions:
/// <see cref="RotaryEmbedding"/> of queries and keys, the first two thirds of q | k | v. Values stay.
/// </summary>
internal sealed class RotaryPart<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal RotaryPart(int heads, RotaryOptions rotary)
    {
        rotary.Check(nameof(rotary));
        Rotary = rotary with { Heads = checked(2 * heads), Start = 0 };
    }

    /// <inheritdoc/>
    public string Name => "rotary";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
    [
        new("rotary", Rotary.Pairing.ToString().ToLowerInvariant()),
        new("rotary_base", Rotary.Base),
        .. Rotary.RotatedFeatures is { } features ? new KeyValuePair<string, object>[] { new("rotary_features", features) } : [],
    ];

    /// <summary>The options for queries and keys together.</summary>
    internal readonly RotaryOptions Rotary;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The width of the input is not three times a multiple of the number of heads, or a head does not have the features to rotate.
    /// </exception>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        Rotary.Check(RotatedColumns(declaration.InputFeatures));
        declaration.ReadsSequences = true;
        declaration.ContinuesSequences = true;
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        int columns = RotatedColumns(pass.Input.Columns), others = pass.Input.Columns - columns;
        RotaryEmbedding.Rotate(
            pass.Input.SliceColumns(0, columns), pass.Sequences, pass.Output.SliceColumns(0, columns), Rotary, direction: 1, pass.Position);
        pass.Input.SliceColumns(columns, others).CopyTo(pass.Output.SliceColumns(columns, others));
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (!pass.WantsGradInput)
        {
            return;
        }

        int columns = RotatedColumns(pass.Input.Columns), others = pass.Input.Columns - columns;
        RotaryEmbedding.Backward(
            pass.GradOutput.SliceColumns(0, columns), pass.Sequences, pass.GradInput.SliceColumns(0, columns), Rotary);
        pass.GradOutput.SliceColumns(columns, others).CopyTo(pass.GradInput.SliceColumns(columns, others));
    }

    private static int RotatedColumns(int columns) => columns / 3 * 2;
}
