using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The update of each parameter in an optimizer's current step, in a form that can be fused with the product that computes the gradient.
/// </summary>
internal abstract class ParameterUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Updates parameters by their gradients; they begin at <paramref name="offset"/> of the flat buffer.</summary>
    internal abstract void Run(Span<T> parameters, ReadOnlySpan<T> gradients, int offset);

    /// <summary>
    /// Updates the given rows of a matrix of parameters, which begins at <paramref name="offset"/> of the flat buffer, by the same rows of
    /// their gradients.
    /// </summary>
    internal abstract void RunRows(Span<T> parameters, ReadOnlySpan<T> gradients, int offset, int columns, ReadOnlySpan<int> rows);

    /// <summary>
    /// Computes the gradient ∂L/∂W of the weights at <paramref name="offset"/> and updates them by it, with the same bits as by separate
    /// calls. The gradient itself need not be written.
    /// </summary>
    internal abstract void RunWith(
        PlannedProduct<T> gradWeights, in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> g, int batch, int threads,
        BufferMatrix<T> weights, int offset);
}

/// <summary>Creates the update with the given kernel.</summary>
internal sealed class ParameterUpdate<T, TKernel> : ParameterUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : unmanaged, IUpdateKernel<T>
{
    private readonly TensorBuffer<T> state;
    private readonly int[] starts;
    private readonly int[] groups;
    private readonly TKernel[] kernels;

    /// <param name="state">A row for each kind of state, with an element for each parameter.</param>
    /// <param name="parts">Where the parts of the flat buffer begin, and the group of each.</param>
    internal ParameterUpdate(TensorBuffer<T> state, (int[] Starts, int[] Groups) parts)
    {
        this.state = state;
        (starts, groups) = parts;
        kernels = new TKernel[groups.Max() + 1];
    }

    /// <summary>The kernel of the parameters that are in no group.</summary>
    internal TKernel Kernel => kernels[0];

    /// <summary>Sets the kernel of a group, with this step's coefficients.</summary>
    internal void Set(int group, TKernel kernel) => kernels[group] = kernel;

    internal override void Run(Span<T> parameters, ReadOnlySpan<T> gradients, int offset)
    {
        for (int done = 0; done < parameters.Length;)
        {
            int part = PartAt(offset + done);
            int end = part + 1 < starts.Length ? int.Min(starts[part + 1] - offset, parameters.Length) : parameters.Length;
            UpdateLoop.Run(
                parameters[done..end], gradients[done..end], OptimizerStates<T>.From(state, offset + done), kernels[groups[part]]);
            done = end;
        }

        GC.KeepAlive(state);
    }

    internal override void RunRows(Span<T> parameters, ReadOnlySpan<T> gradients, int offset, int columns, ReadOnlySpan<int> rows)
    {
        UpdateLoop.RunRows(parameters, gradients, OptimizerStates<T>.From(state, offset), columns, rows, KernelAt(offset));
        GC.KeepAlive(state);
    }

    internal override void RunWith(
        PlannedProduct<T> gradWeights, in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> g, int batch, int threads,
        BufferMatrix<T> weights, int offset)
    {
        var epilogue = new Epilogue(weights, OptimizerStates<T>.From(state, offset), KernelAt(offset));
        gradWeights.Run(x, g, batch, threads, epilogue, discardsC: true);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(state);
    }

    private int PartAt(int offset)
    {
        int found = starts.AsSpan().BinarySearch(offset);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The kernel of the parameter at an offset.</summary>
    private TKernel KernelAt(int offset) => kernels[groups[PartAt(offset)]];

    /// <summary>Updates the weights and their states by each block of the gradient.</summary>
    private readonly struct Epilogue(BufferMatrix<T> weights, OptimizerStates<T> states, TKernel kernel) : IEpilogueFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(in FinishedBlock<T> block)
        {
            nint first = (block.Row * weights.RowStride) + block.Column;
            UpdateLoop.Run(
                weights.View(block.Row, block.Column, block.Rows, block.Columns), block.View, states.Skip(first), kernel);
        }
    }
}
