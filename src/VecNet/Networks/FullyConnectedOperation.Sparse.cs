using System.Numerics;

namespace VecNet;

/// <content>The passes of a layer that reads the network's input, where that is sparse rows.</content>
/// <remarks>
/// The derivations are those of <see cref="SparseFullyConnected"/>. The gradient of W is sparse: a backward pass writes only the rows of
/// the columns that have elements in the batch, and clears only those that the previous pass wrote. A step updates only these rows.
/// </remarks>
internal sealed partial class FullyConnectedOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TensorView<T> GradWeights =>
        new(Workspace.Network.Gradients.Slice(weights.Offset, weights.Length), weights.Rows, weights.Columns);

    /// <summary>Computes the output for sparse rows.</summary>
    internal void Forward(scoped in SparseRowsView<T> input)
    {
        TensorView<T> y = Workspace.View(Value);
        if (y.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<T> parameters = Workspace.Network.Parameters;
        SparseProductLoop.Multiply(
            input,
            new ReadOnlyTensorView<T>(parameters.Slice(weights.Offset, weights.Length), weights.Rows, weights.Columns),
            parameters.Slice(bias.Offset, bias.Length),
            y);
        activation?.RunForward(y);
    }

    /// <summary>Computes the gradients of W and b for sparse rows.</summary>
    internal void Backward(
        scoped in SparseRowsView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        ReadOnlyTensorView<T> g = BeforeActivation(gradOutput);
        NeuralNetwork<T> network = Workspace.Network;
        Span<T> gradBias = network.Gradients.Slice(bias.Offset, bias.Length);
        ColumnReductions.Sum(g, gradBias, accumulate);
        TouchedRows touched = weights.Touched!;
        if (!accumulate)
        {
            Clear(touched);
        }

        SparseFullyConnected.AddRows(input, g, GradWeights, touched.IsSparse ? touched : null);
        if (update is not null)
        {
            update.Run(network.Parameters.Slice(bias.Offset, bias.Length), gradBias, bias.Offset);
            SparseGradients.Update(update, network.Parameters, network.Gradients, weights);
        }
    }

    private void Clear(TouchedRows touched)
    {
        if (touched.IsSparse)
        {
            SparseGradients.Clear(Workspace.Network.Gradients, new ReadOnlySpan<Slot>(in weights));
            return;
        }

        GradWeights.Clear();
        touched.BeginSparse();
    }
}
