using System.Numerics;

namespace VecNet;

/// <summary>One layer of a <see cref="RecurrentLayer{T}"/> in one direction, with PyTorch's four parameters.</summary>
internal sealed class RecurrentDirection<T>(RecurrentCell cell, int hiddenSize, bool isReverse) : ILayer<T>, IProductLayer
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int gates = Recurrence.GetGates(cell);

    /// <inheritdoc/>
    public string Name => "recurrent_direction";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [new("cell", cell.ToString().ToLowerInvariant()), new("hidden", hiddenSize), new("reverse", isReverse)];

    /// <summary>The cell.</summary>
    internal RecurrentCell Cell => cell;

    /// <summary>The width of the state.</summary>
    internal int HiddenSize => hiddenSize;

    /// <summary>Whether time runs from the last row of a sequence to its first.</summary>
    internal bool IsReverse => isReverse;

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        int width = checked(gates * hiddenSize);
        declaration.AddTransposed("weight_ih", declaration.InputFeatures, width);
        declaration.AddTransposed("weight_hh", hiddenSize, width);
        declaration.AddParameter("bias_ih", 1, width);
        declaration.AddParameter("bias_hh", 1, width);
        declaration.OutputFeatures = hiddenSize;
        declaration.ReadsSequences = true;
        declaration.ContinuesSequences = !isReverse;
        declaration.RecurrentWidth = cell == RecurrentCell.Lstm ? checked(2 * hiddenSize) : hiddenSize;
        declaration.AddSaved(Recurrence.GetSavedWidth(cell, hiddenSize));
        declaration.AddScratch(Recurrence.GetScratchWidth(cell, declaration.InputFeatures, hiddenSize));
        declaration.AddScratch(checked(width * hiddenSize), Extent.Fixed);
    }

    /// <summary>All parameters are drawn from a uniform distribution in ±1/√(hidden size), as in PyTorch.</summary>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double bound = 1 / Math.Sqrt(hiddenSize);
        for (int i = 0; i < parameters.Count; i++)
        {
            foreach (ref T element in parameters[i].AsSpan())
            {
                element = T.CreateTruncating(bound * ((2 * random.NextDouble()) - 1));
            }
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        // In inference, what a backward pass would read is in the part of the scratch memory that a backward pass would use.
        TensorView<T> scratch = pass.Scratch(0);
        int features = pass.Input.Columns;
        Recurrence.Forward(
            cell,
            pass.Input,
            pass.Sequences,
            new(pass.Parameter(0), pass.Parameter(1), pass.Parameter(2), pass.Parameter(3)),
            StateOf(pass.InitialState),
            pass.Output,
            StateOf(pass.FinalState),
            pass.IsTraining ? pass.Saved(0) : scratch.SliceColumns(features, scratch.Columns - features),
            scratch.SliceColumns(0, features),
            isReverse,
            pass.Threads,
            isInference: !pass.IsTraining);
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => Recurrence.Backward(
        cell,
        pass.Input,
        pass.Sequences,
        new(pass.Parameter(0), pass.Parameter(1), pass.Parameter(2), pass.Parameter(3)),
        StateOf(pass.InitialState),
        pass.Saved(0),
        pass.GradOutput,
        gradFinalState: default,
        pass.GradInput,
        new(pass.Gradient(0), pass.Gradient(1), pass.Gradient(2), pass.Gradient(3)),
        gradInitialState: default,
        pass.Scratch(0),
        isReverse,
        pass.Accumulates,
        pass.Threads,
        new(pass.Scratch(1).AsSpan(), gates * hiddenSize, hiddenSize));

    /// <summary>The hidden state and, for an LSTM, the cell state beside it.</summary>
    private RecurrentState<T> StateOf(TensorView<T> state) => state.Columns == 0 ? default : new(
        state.SliceColumns(0, hiddenSize),
        state.Columns > hiddenSize ? state.SliceColumns(hiddenSize, hiddenSize) : default);

    /// <summary>
    /// For each row, products with both weights; in the backward pass twice as many, for the gradients of weights and of what they were
    /// multiplied by.
    /// </summary>
    long IProductLayer.CountFlops(long rows, int inputFeatures, SequenceOffsets sequences, bool isBackward) =>
        (isBackward ? 4L : 2) * rows * (inputFeatures + hiddenSize) * gates * hiddenSize;
}
