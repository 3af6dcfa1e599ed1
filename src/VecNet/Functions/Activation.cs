using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>An elementwise activation whose derivative is a function of its output.</summary>
/// <remarks>
/// It can be fused with the product before it, and its derivative with the product that computes the gradient of its output.
/// </remarks>
internal abstract class Activation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = f(y) for each block of the product y = x·W + b when it is finished.</summary>
    internal abstract void RunForward(PlannedProduct<T> product, in ReadOnlyTensorView<T> x, int batch, int threads);

    /// <summary>y = f(y).</summary>
    internal abstract void RunForward(in TensorView<T> y);

    /// <summary>g = g · f′(y) for each block of the product that computes g, the gradient by the outputs y, when it is finished.</summary>
    internal abstract void RunBackward(
        PlannedProduct<T> product, in ReadOnlyTensorView<T> gradOutput, int batch, int threads, BufferMatrix<T> y);

    /// <summary>gradInput = gradOutput · f′(y), all of the same shape; gradInput may be gradOutput itself.</summary>
    internal abstract void RunBackward(in ReadOnlyTensorView<T> y, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput);
}

/// <summary>Creates the activation with the given kernels.</summary>
internal sealed class Activation<T, TFunction, TDerivative>(TFunction function, TDerivative derivative) : Activation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : unmanaged, IUnaryKernel<T>
    where TDerivative : unmanaged, IBinaryKernel<T>
{
    /// <summary>Creates the activation of kernels without parameters.</summary>
    internal static readonly Activation<T, TFunction, TDerivative> Instance = new(default, default);

    internal override void RunForward(PlannedProduct<T> product, in ReadOnlyTensorView<T> x, int batch, int threads) =>
        product.Run(x, default, batch, threads, new ForwardEpilogue(function));

    internal override void RunForward(in TensorView<T> y) => UnaryLoop.Run(y, y, function);

    internal override void RunBackward(
        PlannedProduct<T> product, in ReadOnlyTensorView<T> gradOutput, int batch, int threads, BufferMatrix<T> y)
    {
        product.Run(gradOutput, default, batch, threads, new BackwardEpilogue(y, derivative));
        GC.KeepAlive(y.Buffer);
    }

    internal override void RunBackward(in ReadOnlyTensorView<T> y, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput) =>
        BinaryLoop.Run(y, gradOutput, gradInput, derivative);

    /// <summary>y = f(y).</summary>
    private readonly struct ForwardEpilogue(TFunction function) : IEpilogueFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(in FinishedBlock<T> block) => block.Apply(function);
    }

    /// <summary>g = g · f′(y), where the outputs y are in another matrix.</summary>
    private readonly struct BackwardEpilogue(BufferMatrix<T> y, TDerivative derivative) : IEpilogueFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(in FinishedBlock<T> block) => block.Apply(y, derivative);
    }
}
