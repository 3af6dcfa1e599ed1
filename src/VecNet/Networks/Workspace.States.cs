using System.Numerics;

namespace VecNet;

/// <content>The states of recurrent layers, which may be carried from one pass to the next.</content>
public sealed partial class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TensorBuffer<T>? states;
    private TensorBuffer<T>? initialStates;

    /// <summary>The number of sequences that have a state; null if all states are zero, for any number of sequences.</summary>
    private int? sequencesWithState;

    /// <summary>
    /// Whether recurrent layers begin each pass with the states in which the pass before has left them; false by default: they begin with
    /// zeros.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Sequence i of a pass then continues sequence i of the pass before, for example where long sequences are read piece by piece. The
    /// states are detached: a backward pass ends at the beginning of the latest forward pass, as with PyTorch's <c>hidden.detach()</c>
    /// (truncated back-propagation through time). A sequence that has no row in a pass keeps its state. Other layers see each piece as a
    /// sequence of its own, and the reverse direction of a bidirectional layer begins at the last row of each piece.
    /// </para>
    /// <code>
    /// workspace.CarriesStates = true;
    /// foreach (TensorBuffer&lt;float&gt; piece in stream)
    /// {
    ///     ReadOnlyTensorView&lt;float&gt; output = network.Predict(piece.View, new SequenceOffsets([0, piece.Rows]), workspace);
    /// }
    /// </code>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The network has no recurrent layer.</exception>
    public bool CarriesStates
    {
        get => states is not null;
        set
        {
            int width = Network.Plan.RecurrentWidth;
            if (value && width == 0)
            {
                throw new InvalidOperationException("The network has no recurrent layer, so that there are no states to carry.");
            }

            if (value != CarriesStates)
            {
                states = value ? new(SequenceCapacity, width) : null;
                initialStates = value ? new(SequenceCapacity, width) : null;
                sequencesWithState = null;

                // The initial states of the latest pass, which a backward pass would read, are gone.
                CanGoBack = false;
            }
        }
    }

    /// <summary>
    /// The states after the latest pass, with which the next one begins: a row for each sequence, without rows after
    /// <see cref="ClearStates"/>. Its columns are the hidden states of all recurrent layers in the order of the network; in an LSTM, the
    /// cell state follows the hidden state of the same layer and direction.
    /// </summary>
    /// <exception cref="InvalidOperationException">The workspace does not carry states.</exception>
    public ReadOnlyTensorView<T> States => CarriedStates.View.SliceRows(0, sequencesWithState ?? 0);

    private TensorBuffer<T> CarriedStates => states
        ?? throw new InvalidOperationException("The workspace does not carry states: set CarriesStates first.");

    /// <summary>Sets the states with which the next pass begins, which must have as many sequences.</summary>
    /// <param name="values">A row for each sequence, with the columns of <see cref="States"/>; copied.</param>
    /// <exception cref="InvalidOperationException">The workspace does not carry states.</exception>
    /// <exception cref="ArgumentException">The width is wrong, or there are more sequences than the workspace has room for.</exception>
    public void SetStates(ReadOnlyTensorView<T> values)
    {
        TensorBuffer<T> carried = CarriedStates;
        Shape.Check(values, int.Min(values.Rows, SequenceCapacity), carried.Columns);
        values.CopyTo(carried.View.SliceRows(0, values.Rows));
        sequencesWithState = values.Rows;
    }

    /// <summary>Sets all states to zero: the next pass begins new sequences, of any number.</summary>
    public void ClearStates() => sequencesWithState = null;

    /// <summary>Checks that a pass has the sequences whose states are carried.</summary>
    /// <exception cref="ArgumentException">It has another number of sequences.</exception>
    internal void CheckStates(int sequences)
    {
        if (states is not null && sequencesWithState is { } carried && carried != sequences)
        {
            throw new ArgumentException(
                $"The workspace carries the states of {carried} sequences, and the pass has {sequences}: call ClearStates to begin new "
                + "ones.",
                nameof(sequences));
        }
    }

    /// <summary>The state of a recurrent layer before the latest pass; empty if states are not carried.</summary>
    internal TensorView<T> InitialStateOf(NetworkNode<T> node) => StateOf(node, initialStates);

    /// <summary>The state of a recurrent layer after the latest pass; empty if states are not carried.</summary>
    internal TensorView<T> FinalStateOf(NetworkNode<T> node) => StateOf(node, states);

    private TensorView<T> StateOf(NetworkNode<T> node, TensorBuffer<T>? of) => of is null || node.RecurrentWidth == 0
        ? default
        : of.View.Slice(0, node.RecurrentColumn, sequences, node.RecurrentWidth);

    /// <summary>Copies the final states of the pass before to the initial states of the next, which a backward pass reads, too.</summary>
    private void BeginStates()
    {
        if (states is null)
        {
            return;
        }

        TensorView<T> initial = initialStates!.View.SliceRows(0, sequences);
        if (sequencesWithState is null || Kept is { Position: 0 })
        {
            initial.Clear();
        }
        else
        {
            states.View.SliceRows(0, sequences).CopyTo(initial);
        }

        sequencesWithState = sequences;
    }
}
