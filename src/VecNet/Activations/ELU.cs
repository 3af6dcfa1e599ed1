using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The exponential linear unit: the identity above 0, and below 0 an exponential that approaches −α.</summary>
/// <remarks>
/// Source: Clevert, Unterthiner, Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2016.
/// </remarks>
public static class ELU
{
    /// <summary>y = x where x &gt; 0, else α·(eˣ − 1), accurate near 0; −α for −∞, NaN for NaN.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <param name="alpha">α, 0 or more, and finite.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is negative or not finite.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, new Function<T>(Checked<T>(alpha)));

    /// <summary>∂L/∂x = ∂L/∂y where y &gt; 0, else (y + α) · ∂L/∂y.</summary>
    /// <remarks>
    /// For x &gt; 0, y = x and dy/dx = 1. For x &lt; 0, y = α·(eˣ − 1), and dy/dx = α·eˣ = y + α.
    /// At x = 0 the derivative from the left is α and that from the right 1: where they differ α is used (as in PyTorch). Since α is not
    /// negative, y &gt; 0 exactly where x &gt; 0, so the output determines it.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <param name="alpha">The same as in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is negative or not finite.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ActivationBackward.Run(output, gradOutput, gradInput, new Derivative<T>(Checked<T>(alpha)));

    /// <summary>α in T.</summary>
    internal static T Checked<T>(double alpha)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(alpha >= 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"Alpha must be 0 or more, and finite; it is {alpha}.");
        }

        return T.CreateTruncating(alpha);
    }

    internal readonly struct Function<T>(T alpha) : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector power = Exponential.MinusOne<T, TVector>(TVector.AtMost(x, zero));
            return TVector.SelectGreater(x, zero, x, TVector.Multiply(power, TVector.Broadcast(alpha)));
        }
    }

    internal readonly struct Derivative<T>(T alpha) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.SelectGreater(
                y, TVector.Broadcast(T.Zero), gradient, TVector.Multiply(gradient, TVector.Add(y, TVector.Broadcast(alpha))));
    }
}

/// <summary>The exponential linear unit as a layer; the mathematics is in <see cref="ELU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="alpha">α, 0 or more; the limit for −∞ is −α.</param>
/// <exception cref="ArgumentOutOfRangeException">Alpha is negative or not finite.</exception>
public sealed class ELU<T>(double alpha = 1) : ActivationLayer<T>(
    "elu",
    (in x, in y) => ELU.Forward(x, y, alpha),
    (in y, in gradOutput, in gradInput) => ELU.Backward(y, gradOutput, gradInput, alpha),
    ofOutput: true,
    new Activation<T, ELU.Function<T>, ELU.Derivative<T>>(new(ELU.Checked<T>(alpha)), new(ELU.Checked<T>(alpha))),
    options: [new("alpha", alpha)], kinks: [0])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>α, 0 or more; the limit for −∞ is −α.</summary>
    public double Alpha { get; } = alpha;
}
