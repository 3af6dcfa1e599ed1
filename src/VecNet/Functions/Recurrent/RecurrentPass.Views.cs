namespace VecNet;

/// <content>The parts of the memory that a forward pass saves and a backward pass uses.</content>
internal static partial class RecurrentPass<T, TCell>
{
    /// <summary>The parts of the saved memory, to be read.</summary>
    private readonly ref struct Memory(ReadOnlyTensorView<T> saved, int hiddenSize)
    {
        /// <summary>The activated gates, in the order of time.</summary>
        internal readonly ReadOnlyTensorView<T> Gates = saved.SliceColumns(0, Blocks * hiddenSize);

        /// <summary>The hidden states before the steps, in the order of time.</summary>
        internal readonly ReadOnlyTensorView<T> PreviousHidden = saved.SliceColumns(Blocks * hiddenSize, hiddenSize);

        /// <summary>The cell states after the steps, in the order of the rows.</summary>
        internal readonly ReadOnlyTensorView<T> Cell =
            TCell.HasCellState ? saved.SliceColumns((Blocks + 1) * hiddenSize, hiddenSize) : default;
    }

    /// <summary>The gradients in scratch memory, in the order of time.</summary>
    private readonly ref struct Gradients(TensorView<T> scratch, int inputFeatures, int hiddenSize)
    {
        /// <summary>The gradients of the pre-activations of the gates.</summary>
        internal readonly TensorView<T> Gates = scratch.SliceColumns(inputFeatures, Blocks * hiddenSize);

        /// <summary>The gradients of the hidden states before the steps; while a step runs, those of the states after it.</summary>
        internal readonly TensorView<T> PreviousHidden = scratch.SliceColumns(inputFeatures + (Blocks * hiddenSize), hiddenSize);

        /// <summary>The gradients of the cell states before the steps; while a step runs, those of the states after it.</summary>
        internal readonly TensorView<T> PreviousCell =
            TCell.HasCellState ? scratch.SliceColumns(inputFeatures + ((Blocks + 1) * hiddenSize), hiddenSize) : default;
    }
}
