using System.Numerics;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>A matrix that stays where it is: a part of a buffer, from an offset on, row after row.</summary>
internal readonly unsafe struct Place<T>(TensorBuffer<T> buffer, int offset, int columns, int rowStride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What must outlive every use of <see cref="Pointer"/>.</summary>
    internal TensorBuffer<T> Buffer { get; } = buffer;

    internal int Columns { get; } = columns;

    /// <summary>The distance between two rows.</summary>
    internal int RowStride { get; } = rowStride;

    internal T* Pointer => Buffer.Pointer + offset;
}

/// <summary>A product whose operands' places are known before it runs, as those of a network's layer are: all that is left is the size of the batch.</summary>
/// <remarks>
/// Nothing is checked when it runs: the network has seen to shapes and sharing. An operand that comes from outside (the network's input,
/// the gradient of its output) is handed to each run instead.
/// </remarks>
internal sealed unsafe class PlannedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorBuffer<T>?[] memory;
    private readonly bool sumsOverBatch;
    private readonly bool leftIsOutside;
    private readonly bool rightIsOutside;
    private Product<T> plan;

    private PlannedProduct(Product<T> plan, bool sumsOverBatch, params TensorBuffer<T>?[] memory)
    {
        this.plan = plan;
        this.sumsOverBatch = sumsOverBatch;
        this.memory = memory;
        leftIsOutside = plan.A == null;
        rightIsOutside = plan.B == null;
    }

    /// <summary>y = x·W + b for a batch; x comes from outside if there is no place for it.</summary>
    internal static PlannedProduct<T> Forward(Place<T>? x, Place<T> weights, Place<T> bias, Place<T> y, int inputs) => new(
        new()
        {
            A = x is { } place ? place.Pointer : null,
            ARow = x?.RowStride ?? 0,
            AStep = 1,
            B = weights.Pointer,
            BStep = weights.RowStride,
            BColumn = 1,
            C = y.Pointer,
            CRow = y.RowStride,
            CColumn = 1,
            Bias = bias.Pointer,
            N = weights.Columns,
            K = inputs,
        },
        sumsOverBatch: false,
        x?.Buffer, weights.Buffer, y.Buffer);

    /// <summary>∂L/∂W = xᵀ·g, a sum over the batch; x and g come from outside if there is no place for them.</summary>
    internal static PlannedProduct<T> GradWeights(Place<T>? x, Place<T>? g, Place<T> gradWeights, int inputs) => new(
        new()
        {
            A = x is { } left ? left.Pointer : null,
            ARow = 1,
            AStep = x?.RowStride ?? 0,
            B = g is { } right ? right.Pointer : null,
            BStep = g?.RowStride ?? 0,
            BColumn = 1,
            C = gradWeights.Pointer,
            CRow = gradWeights.RowStride,
            CColumn = 1,
            M = inputs,
            N = gradWeights.Columns,
        },
        sumsOverBatch: true,
        x?.Buffer, g?.Buffer, gradWeights.Buffer);

    /// <summary>∂L/∂x = g·Wᵀ for a batch; g comes from outside if there is no place for it.</summary>
    internal static PlannedProduct<T> GradInput(Place<T>? g, Place<T> weights, Place<T> gradInput, int inputs) => new(
        new()
        {
            A = g is { } place ? place.Pointer : null,
            ARow = g?.RowStride ?? 0,
            AStep = 1,
            B = weights.Pointer,
            BStep = 1,
            BColumn = weights.RowStride,
            C = gradInput.Pointer,
            CRow = gradInput.RowStride,
            CColumn = 1,
            N = inputs,
            K = weights.Columns,
        },
        sumsOverBatch: false,
        g?.Buffer, weights.Buffer, gradInput.Buffer);

    /// <summary>The gradient that goes back, multiplied by the derivative of the activation whose outputs <paramref name="y"/> are the batch's x.</summary>
    internal void RunBack(in ReadOnlyTensorView<T> g, int batch, int threads, Activation<T> activation, Place<T> y)
    {
        Activation<T>.Outputs outputs = new() { Y = y.Pointer, Row = y.RowStride, Derivative = activation.Derivative };
        Run(g, default, batch, threads, new Epilogue<T> { Function = activation.Backward, Context = &outputs });
        GC.KeepAlive(y.Buffer);
        GC.KeepAlive(activation);
    }

    /// <summary>Computes it for a batch.</summary>
    /// <param name="left">A of the product, if it comes from outside.</param>
    /// <param name="right">B of the product, if it comes from outside.</param>
    /// <param name="batch">Rows of the batch.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="epilogue">What follows for each element.</param>
    /// <param name="accumulate">Whether the product is added to what is there.</param>
    internal void Run(
        in ReadOnlyTensorView<T> left, in ReadOnlyTensorView<T> right, int batch, int threads, in Epilogue<T> epilogue, bool accumulate = false)
    {
        plan.Accumulate = accumulate;
        plan.Epilogue = epilogue;
        if (sumsOverBatch)
        {
            plan.K = batch;
        }
        else
        {
            plan.M = batch;
        }

        fixed (T* a = &MemoryMarshal.GetReference(left.Span), b = &MemoryMarshal.GetReference(right.Span))
        {
            if (leftIsOutside)
            {
                plan.A = a;
                plan.ARow = sumsOverBatch ? 1 : left.RowStride;
                plan.AStep = sumsOverBatch ? left.RowStride : 1;
            }

            if (rightIsOutside)
            {
                plan.B = b;
                plan.BStep = right.RowStride;
            }

            if (threads == 1 || !Split<T>.Run(plan, threads))
            {
                BlockedProduct.Run(plan);
            }
        }

        GC.KeepAlive(memory);
    }
}
