using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The logistic function σ(x) = 1 / (1 + e⁻ˣ).</summary>
public static class Sigmoid
{
    /// <summary>y = 1 / (1 + e⁻ˣ), without overflow: 0 for −∞ and 1 for ∞.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · y · (1 − y).</summary>
    /// <remarks>
    /// With u = e⁻ˣ, y = 1/(1 + u), and du/dx = −u. Hence dy/dx = u/(1 + u)² = [1/(1 + u)] · [u/(1 + u)].
    /// The first factor is y; the second is (1 + u − 1)/(1 + u) = 1 − y. So dy/dx = y · (1 − y), which is a function of the output.
    /// σ acts on each element separately: its Jacobian is diagonal, and ∂L/∂x = ∂L/∂y · dy/dx element by element.
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
            where TVector : struct, IVector<TVector, T> => Exponential.Sigmoid<T, TVector>(x);
    }

    /// <summary>The backward pass of one vector, from the output and the upstream gradient.</summary>
    internal readonly struct Derivative<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(gradient, TVector.Multiply(y, TVector.Subtract(TVector.Broadcast(T.One), y)));
    }
}

/// <summary>The logistic function as a layer; the mathematics is in <see cref="Sigmoid"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sigmoid<T>() : ActivationLayer<T>(
    "sigmoid",
    (in x, in y) => Sigmoid.Forward(x, y),
    (in y, in gradOutput, in gradInput) => Sigmoid.Backward(y, gradOutput, gradInput),
    ofOutput: true, Activation<T, Sigmoid.Function<T>, Sigmoid.Derivative<T>>.Instance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
