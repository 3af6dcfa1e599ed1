using System.Numerics;

namespace VecNet;

/// <summary>
/// Recurrent layers, one upon another, in one direction or both: what <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see
/// cref="Rnn{T}"/> have in common.
/// </summary>
/// <remarks>
/// <para>
/// For each row of a sequence, the output is the hidden state after it. If the layer is bidirectional, the output has twice the width: the
/// state of the pass from the first row to the last, and that of the pass from the last row to the first. States are zero before a
/// sequence, unless a workspace carries states from pass to pass (<c>Workspace.CarriesStates</c>). The mathematics is in <see
/// cref="Recurrence"/>.
/// </para>
/// <para>
/// The parameters of layer k are <c>lk.weight_ih</c>, <c>lk.weight_hh</c>, <c>lk.bias_ih</c> and <c>lk.bias_hh</c>, and those of the
/// reverse direction begin with <c>lk_reverse</c>; PyTorch writes <c>weight_ih_lk</c> and <c>weight_ih_lk_reverse</c>. All start from a
/// uniform distribution in ±1/√(hidden size).
/// </para>
/// <code>
/// RecurrentLayer&lt;float&gt; layer = new Gru&lt;float&gt;(hiddenSize: 64, layers: 2);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class RecurrentLayer<T> : ICompositeLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentCell cell;

    private protected RecurrentLayer(RecurrentCell cell, int hiddenSize, int layers, bool bidirectional)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        this.cell = cell;
        HiddenSize = hiddenSize;
        Layers = layers;
        IsBidirectional = bidirectional;
    }

    /// <inheritdoc/>
    public string Name => cell.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [new("hidden", HiddenSize), new("num_layers", Layers), new("bidirectional", IsBidirectional)];

    /// <summary>The width of the state of each direction.</summary>
    public int HiddenSize { get; }

    /// <summary>The number of layers; each reads the output of the one before.</summary>
    public int Layers { get; }

    /// <summary>Whether each layer also reads sequences from the last row to the first.</summary>
    public bool IsBidirectional { get; }

    /// <inheritdoc/>
    public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(builder);
        for (int layer = 0; layer < Layers; layer++)
        {
            NetworkValue<T> forward = builder.Apply(new RecurrentDirection<T>(cell, HiddenSize, isReverse: false), input, $"l{layer}");
            input = IsBidirectional
                ? builder.Concatenate(
                    forward, builder.Apply(new RecurrentDirection<T>(cell, HiddenSize, isReverse: true), input, $"l{layer}_reverse"))
                : forward;
        }

        return input;
    }
}
