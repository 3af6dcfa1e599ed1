using System.Numerics;

namespace VecNet;

/// <summary>What an optimiser does to each parameter in the current step, in a form that can join the product which computes the gradient.</summary>
internal abstract class ParameterUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Changes parameters by their gradients; they begin at <paramref name="offset"/> of the flat buffer.</summary>
    internal abstract void Run(Span<T> parameters, ReadOnlySpan<T> gradients, int offset);

    /// <summary>Computes the gradient ∂L/∂W of the weights at <paramref name="offset"/> and changes them by it, with the bits of one after the other. The gradient itself need not be written.</summary>
    internal abstract void RunWith(
        PlannedProduct<T> gradWeights, in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> g, int batch, int threads, Place<T> weights, int offset);
}

/// <summary>The update with the given kernel.</summary>
internal sealed unsafe class ParameterUpdate<T, TKernel> : ParameterUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : unmanaged, IUpdateKernel<T>
{
    private readonly TensorBuffer<T> state;

    /// <param name="state">A row for each kind of state, with an element for each parameter.</param>
    internal ParameterUpdate(TensorBuffer<T> state) => this.state = state;

    /// <summary>The kernel with this step's numbers.</summary>
    internal TKernel Kernel { get; set; }

    internal override void Run(Span<T> parameters, ReadOnlySpan<T> gradients, int offset)
    {
        UpdateLoop.Run(parameters, gradients, StatesFrom(offset), Kernel);
        GC.KeepAlive(state);
    }

    internal override void RunWith(
        PlannedProduct<T> gradWeights, in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> g, int batch, int threads, Place<T> weights, int offset)
    {
        var context = new Context { Parameters = weights.Pointer, States = StatesFrom(offset), Row = weights.RowStride, Kernel = Kernel };
        gradWeights.Run(x, g, batch, threads, new Epilogue<T> { Function = &Apply, Context = &context, IsAll = true });
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(state);
    }

    private static void Apply(void* context, in FinishedPart<T> part)
    {
        var update = (Context*)context;
        nint at = (part.Row * update->Row) + part.Column;
        var states = new OptimizerStates<T>((nint)update->States.Of(0, at), update->States.Distance);
        UpdateLoop.Run(update->Parameters + at, states, update->Row, part.C, part.CRow, part.Rows, part.Columns, update->Kernel);
    }

    private OptimizerStates<T> StatesFrom(int parameter) => new((nint)(state.Pointer + parameter), state.Columns);

    private struct Context
    {
        internal T* Parameters;
        internal OptimizerStates<T> States;
        internal nint Row;
        internal TKernel Kernel;
    }
}
