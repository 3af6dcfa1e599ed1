using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The rectified linear unit.</summary>
public static class ReLU
{
    /// <summary>y = max(x, 0); NaN stays NaN.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y where y &gt; 0, else 0.</summary>
    /// <remarks>
    /// For x &gt; 0, y = x and dy/dx = 1. For x &lt; 0, y = 0 and dy/dx = 0.
    /// At x = 0 the derivative does not exist; any number in [0, 1] is a subgradient, and 0 is used (as in PyTorch). y &gt; 0 exactly where
    /// x &gt; 0, so the output determines it. A NaN output compares as not greater: gradient 0.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            ActivationBackward.Run(output, gradOutput, gradInput, default(Derivative<T>));

    /// <summary>The forward pass of one vector.</summary>
    internal readonly struct Function<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            // Adding 0 turns −0 into 0 and leaves all other numbers and NaN unchanged.
            TVector zero = TVector.Broadcast(T.Zero);
            return TVector.Add(TVector.AtLeast(x, zero), zero);
        }
    }

    /// <summary>The backward pass of one vector, from the output and the upstream gradient.</summary>
    internal readonly struct Derivative<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.SelectGreater(y, TVector.Broadcast(T.Zero), gradient, TVector.Broadcast(T.Zero));
    }
}

/// <summary>The rectified linear unit as a layer; the mathematics is in <see cref="ReLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ReLU<T>() : ActivationLayer<T>(
    "relu",
    (in x, in y) => ReLU.Forward(x, y),
    (in y, in gradOutput, in gradInput) => ReLU.Backward(y, gradOutput, gradInput),
    ofOutput: true, Activation<T, ReLU.Function<T>, ReLU.Derivative<T>>.Instance, kinks: [0])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
