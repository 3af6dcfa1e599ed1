using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The exponential function.</summary>
public static class Exp
{
    /// <summary>y = eˣ: 0 for −∞, ∞ where it is beyond the range of T.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · y.</summary>
    /// <remarks>
    /// eˣ is its own derivative: dy/dx = eˣ = y, which is a function of the output. It acts on each element separately: its Jacobian is
    /// diagonal, and ∂L/∂x = ∂L/∂y · dy/dx element by element.
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
            where TVector : struct, IVector<TVector, T> => Exponential.Exp<T, TVector>(x);
    }

    /// <summary>The backward pass of one vector, from the output and the upstream gradient.</summary>
    internal readonly struct Derivative<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(gradient, y);
    }
}

/// <summary>
/// The exponential function in the form that the catalog's checks need; it is not public, since it is not a layer of a network.
/// </summary>
internal sealed class Exp<T>() : ActivationLayer<T>(
    "exp",
    (in x, in y) => Exp.Forward(x, y),
    (in y, in gradOutput, in gradInput) => Exp.Backward(y, gradOutput, gradInput),
    ofOutput: true)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
