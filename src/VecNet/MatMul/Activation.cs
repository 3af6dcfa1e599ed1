using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>An activation that acts on each element by itself and whose derivative follows from its output: it can join the product before it, and its derivative the one behind.</summary>
internal abstract unsafe class Activation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = f(y) on each finished part.</summary>
    internal abstract Epilogue<T> Forward { get; }

    /// <summary>g = g · f′(y) on each finished part of g; the context is an <see cref="Outputs"/>.</summary>
    internal abstract delegate*<void*, in FinishedPart<T>, void> Backward { get; }

    /// <summary>gradInput = gradOutput · f′(y), all of the same shape; gradInput may be gradOutput itself.</summary>
    internal abstract void RunBackward(in ReadOnlyTensorView<T> y, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput);

    /// <summary>Where the numbers lie that the derivative is computed with.</summary>
    internal abstract void* Derivative { get; }

    /// <summary>The outputs y that belong to a gradient: element (i, j) lies at Y[i · Row + j].</summary>
    internal struct Outputs
    {
        internal T* Y;
        internal nint Row;

        /// <summary>The activation's <see cref="Activation{T}.Derivative"/>.</summary>
        internal void* Derivative;
    }
}

/// <summary>The activation with the given kernels.</summary>
internal sealed unsafe class Activation<T, TFunction, TDerivative> : Activation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : unmanaged, IUnaryKernel<T>
    where TDerivative : unmanaged, IBinaryKernel<T>
{
    /// <summary>Of kernels without numbers of their own.</summary>
    internal static readonly Activation<T, TFunction, TDerivative> Instance = new(default, default);

    /// <summary>One element, which does not move: products hold its address.</summary>
    private readonly Kernels[] kernels = GC.AllocateArray<Kernels>(1, pinned: true);

    internal Activation(TFunction function, TDerivative derivative) => kernels[0] = new() { Function = function, Derivative = derivative };

    internal override Epilogue<T> Forward => new() { Function = &Apply, Context = Unsafe.AsPointer(ref kernels[0].Function) };

    internal override void* Derivative => Unsafe.AsPointer(ref kernels[0].Derivative);

    internal override delegate*<void*, in FinishedPart<T>, void> Backward => &ApplyDerivative;

    internal override void RunBackward(in ReadOnlyTensorView<T> y, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput) =>
        BinaryLoop.Run(y, gradOutput, gradInput, kernels[0].Derivative);

    private static void Apply(void* context, in FinishedPart<T> part)
    {
        bool isWhole = part.CRow == part.Columns;
        int length = (int)(isWhole ? part.Rows * part.Columns : part.Columns);
        T* y = part.C;
        for (nint row = isWhole ? 1 : part.Rows; row > 0; row--, y += part.CRow)
        {
            UnaryLoop.Run(new ReadOnlySpan<T>(y, length), new Span<T>(y, length), *(TFunction*)context);
        }
    }

    private static void ApplyDerivative(void* context, in FinishedPart<T> part)
    {
        var outputs = (Outputs*)context;
        bool isWhole = part.CRow == part.Columns && outputs->Row == part.Columns;
        int length = (int)(isWhole ? part.Rows * part.Columns : part.Columns);
        T* gradient = part.C;
        T* y = outputs->Y + (part.Row * outputs->Row) + part.Column;
        for (nint row = isWhole ? 1 : part.Rows; row > 0; row--, gradient += part.CRow, y += outputs->Row)
        {
            BinaryLoop.Run(new ReadOnlySpan<T>(y, length), new ReadOnlySpan<T>(gradient, length), new Span<T>(gradient, length), *(TDerivative*)outputs->Derivative);
        }
    }

    private struct Kernels
    {
        internal TFunction Function;
        internal TDerivative Derivative;
    }
}
