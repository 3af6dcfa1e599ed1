using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The hyperbolic tangent.</summary>
public static class Tanh
{
    /// <summary>y = tanh x = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (1 − y²).</summary>
    /// <remarks>
    /// With s = sinh x and c = cosh x, y = s/c, ds/dx = c and dc/dx = s.
    /// The quotient rule gives dy/dx = (c·c − s·s)/c² = 1 − (s/c)² = 1 − y², which is a function of the output. tanh acts on each element
    /// separately: its Jacobian is diagonal, and ∂L/∂x = ∂L/∂y · dy/dx element by element.
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
            where TVector : struct, IVector<TVector, T> => Exponential.Tanh<T, TVector>(x);
    }

    /// <summary>The backward pass of one vector, from the output and the upstream gradient.</summary>
    internal readonly struct Derivative<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(gradient, TVector.Subtract(TVector.Broadcast(T.One), TVector.Multiply(y, y)));
    }
}

/// <summary>The hyperbolic tangent as a layer; the mathematics is in <see cref="Tanh"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Tanh<T>() : ActivationLayer<T>(
    "tanh",
    (in x, in y) => Tanh.Forward(x, y),
    (in y, in gradOutput, in gradInput) => Tanh.Backward(y, gradOutput, gradInput),
    ofOutput: true, Activation<T, Tanh.Function<T>, Tanh.Derivative<T>>.Instance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
