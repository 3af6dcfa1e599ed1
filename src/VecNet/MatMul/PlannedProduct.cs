using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>
/// A product whose operands' memory is known before it runs, such as that of a network's layer; only the size of the batch varies.
/// </summary>
/// <remarks>
/// Nothing is checked when it runs: the network has checked shapes and overlap. An operand from outside (the network's input, the gradient
/// of its output) is an argument of each run instead.
/// </remarks>
internal sealed unsafe class PlannedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorBuffer<T>?[] memory;
    private readonly bool sumsOverBatch;
    private readonly bool leftIsOutside;
    private readonly bool rightIsOutside;
    private MatrixProduct<T> plan;

    private PlannedProduct(MatrixProduct<T> plan, bool sumsOverBatch, params TensorBuffer<T>?[] memory)
    {
        this.plan = plan;
        this.sumsOverBatch = sumsOverBatch;
        this.memory = memory;
        leftIsOutside = plan.A.Pointer == null;
        rightIsOutside = plan.B.Pointer == null;
    }

    /// <summary>y = x·W + b for a batch; x is an argument of each run if it has no memory.</summary>
    internal static PlannedProduct<T> Forward(
        BufferMatrix<T>? x, BufferMatrix<T> weights, BufferMatrix<T> bias, BufferMatrix<T> y, int inputs) => new(
        new() { A = Operand(x), B = Operand(weights), C = Operand(y), Bias = bias.Pointer, N = weights.Columns, K = inputs },
        sumsOverBatch: false,
        x?.Buffer, weights.Buffer, y.Buffer);

    /// <summary>∂L/∂W = xᵀ·g, a sum over the batch; x and g are arguments of each run if they have no memory.</summary>
    internal static PlannedProduct<T> GradWeights(BufferMatrix<T>? x, BufferMatrix<T>? g, BufferMatrix<T> gradWeights, int inputs) => new(
        new() { A = Operand(x).Transposed, B = Operand(g), C = Operand(gradWeights), M = inputs, N = gradWeights.Columns },
        sumsOverBatch: true,
        x?.Buffer, g?.Buffer, gradWeights.Buffer);

    /// <summary>∂L/∂x = g·Wᵀ for a batch; g is an argument of each run if it has no memory.</summary>
    internal static PlannedProduct<T> GradInput(BufferMatrix<T>? g, BufferMatrix<T> weights, BufferMatrix<T> gradInput, int inputs) => new(
        new() { A = Operand(g), B = Operand(weights).Transposed, C = Operand(gradInput), N = inputs, K = weights.Columns },
        sumsOverBatch: false,
        g?.Buffer, weights.Buffer, gradInput.Buffer);

    /// <summary>Computes the product for a batch and stores it.</summary>
    /// <param name="left">A of the product, or Aᵀ of a sum over the batch, if it comes from outside.</param>
    /// <param name="right">B of the product, if it comes from outside.</param>
    /// <param name="batch">Rows of the batch.</param>
    /// <param name="threads">The maximum number of threads.</param>
    /// <param name="accumulate">Whether the product is added to what is there.</param>
    internal void Run(in ReadOnlyTensorView<T> left, in ReadOnlyTensorView<T> right, int batch, int threads, bool accumulate)
    {
        plan.Accumulate = accumulate;
        plan.Epilogue = default;
        Run(left, right, batch, threads);
    }

    /// <summary>Computes the product for a batch and calls a function with each finished block.</summary>
    /// <param name="left">A of the product, or Aᵀ of a sum over the batch, if it comes from outside.</param>
    /// <param name="right">B of the product, if it comes from outside.</param>
    /// <param name="batch">Rows of the batch.</param>
    /// <param name="threads">The maximum number of threads.</param>
    /// <param name="function">The function to call.</param>
    /// <param name="discardsC">Whether only the function reads the product, which then need not be stored.</param>
    internal void Run<TFunction>(
        in ReadOnlyTensorView<T> left, in ReadOnlyTensorView<T> right, int batch, int threads, TFunction function, bool discardsC = false)
        where TFunction : struct, IEpilogueFunction<T>
    {
        plan.Accumulate = false;
        plan.Epilogue = Epilogue<T>.Calling(ref function, discardsC);
        Run(left, right, batch, threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run(in ReadOnlyTensorView<T> left, in ReadOnlyTensorView<T> right, int batch, int threads)
    {
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
                plan.A = MatrixOperand<T>.RowMajor(a, left.RowStride, isTransposed: sumsOverBatch);
            }

            if (rightIsOutside)
            {
                plan.B = MatrixOperand<T>.RowMajor(b, right.RowStride);
            }

            ProductRoute.Run(plan, threads);
        }

        GC.KeepAlive(memory);
    }

    private static MatrixOperand<T> Operand(BufferMatrix<T>? matrix) =>
        matrix is { } x ? MatrixOperand<T>.RowMajor(x.Pointer, x.RowStride) : MatrixOperand<T>.RowMajor(null, 0);
}
