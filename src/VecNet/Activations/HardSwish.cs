using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Hard swish, a piecewise approximation of swish: 0 below −3, the identity above 3, and a parabola between.</summary>
/// <remarks>Source: Howard et al., "Searching for MobileNetV3", 2019.</remarks>
public static class HardSwish
{
    /// <summary>The magnitude at which the parabola ends.</summary>
    private const double End = 3;

    /// <summary>y = x·min(max(x + 3, 0), 6)/6; 0 for −∞, where PyTorch has NaN.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (0 for x &lt; −3, 1 for x &gt; 3, else x/3 + ½).</summary>
    /// <remarks>
    /// For x &lt; −3, y = 0 and dy/dx = 0. For x &gt; 3, y = x and dy/dx = 1. Between, y = x(x + 3)/6 = (x² + 3x)/6, and dy/dx = (2x + 3)/6
    /// = x/3 + ½. At −3 the derivative from the left is 0 and that from the right −½, at 3 they are 3/2 and 1: it does not exist there, and
    /// that of the parabola is used (as in PyTorch). The function acts on each element separately: ∂L/∂x = ∂L/∂y · dy/dx element by
    /// element.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it: y alone does not determine the derivative.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ActivationBackward.Run(input, gradOutput, gradInput, default(Derivative<T>));

    /// <summary>x clamped to [−3, 3]; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Near<T, TVector>(TVector x, TVector end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
            TVector.AtMost(TVector.AtLeast(x, TVector.Subtract(TVector.Broadcast(T.Zero), end)), end);

    /// <summary>The forward pass of one vector.</summary>
    internal readonly struct Function<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector end = TVector.Broadcast(T.CreateTruncating(End));
            TVector near = Near<T, TVector>(x, end);
            TVector parabola = TVector.Divide(TVector.Multiply(near, TVector.Add(near, end)), TVector.Add(end, end));
            return TVector.SelectGreater(x, end, x, parabola);
        }
    }

    /// <summary>The backward pass of one vector, from the input and the upstream gradient.</summary>
    internal readonly struct Derivative<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector gradient)
            where TVector : struct, IVector<TVector, T>
        {
            TVector end = TVector.Broadcast(T.CreateTruncating(End));
            TVector half = TVector.Broadcast(T.CreateTruncating(0.5));
            TVector slope = TVector.MultiplyAdd(Near<T, TVector>(x, end), TVector.Broadcast(T.One / T.CreateTruncating(End)), half);
            TVector above = TVector.SelectGreater(x, end, gradient, TVector.Multiply(gradient, slope));
            return TVector.SelectGreater(TVector.Subtract(TVector.Broadcast(T.Zero), end), x, TVector.Broadcast(T.Zero), above);
        }
    }
}

/// <summary>Hard swish as a layer; the mathematics is in <see cref="HardSwish"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class HardSwish<T>() : ActivationLayer<T>(
    "hard_swish",
    (in x, in y) => HardSwish.Forward(x, y),
    (in x, in gradOutput, in gradInput) => HardSwish.Backward(x, gradOutput, gradInput),
    ofOutput: false, kinks: [-3, 3])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
