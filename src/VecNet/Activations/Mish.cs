using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>Mish: x multiplied by the hyperbolic tangent of its softplus.</summary>
/// <remarks>Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2020.</remarks>
public static class Mish
{
    /// <summary>The magnitude beyond which e^(−|x|) is 0, in both types.</summary>
    private const double Far = 800;

    /// <summary>y = x·tanh(log(1 + eˣ)); −0 for −∞.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (w + x·w′), w = tanh(log(1 + eˣ)).</summary>
    /// <remarks>
    /// With u = eˣ and e^(2 log(1 + u)) = (1 + u)², w = ((1 + u)² − 1)/((1 + u)² + 1) = u(u + 2)/(u(u + 2) + 2).
    /// The product rule gives dy/dx = w + x·w′. tanh′ = 1 − tanh², and d log(1 + u)/dx = u/(1 + u), so that w′ = (1 − w²)·u/(1 + u).
    /// 1 − w² = 4(1 + u)²/((1 + u)² + 1)², and w′ = 4u(1 + u)/(u(u + 2) + 2)².
    /// With z = e^(−|x|): below 0, u = z. For x ≥ 0, u = 1/z, and multiplying both sides of the fractions by z² gives w = (1 + 2z)/(1 + 2z
    /// + 2z²) and w′ = 4z²(1 + z)/(1 + 2z + 2z²)². Nothing cancels or overflows. The function acts on each element separately: ∂L/∂x =
    /// ∂L/∂y · dy/dx element by element.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it: y alone does not determine the derivative.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ActivationBackward.Run(input, gradOutput, gradInput, default(Derivative<T>));

    /// <summary>The numerator and the denominator of w, as functions of z = e^(−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weight<T, TVector>(TVector x, TVector z, out TVector denominator)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector zero = TVector.Broadcast(T.Zero);
        TVector two = TVector.Broadcast(T.CreateTruncating(2));
        TVector numerator =
            TVector.SelectGreater(zero, x, TVector.Multiply(z, TVector.Add(z, two)), TVector.MultiplyAdd(z, two, TVector.Broadcast(T.One)));
        denominator = TVector.Add(numerator, TVector.SelectGreater(zero, x, two, TVector.Multiply(TVector.Multiply(z, z), two)));
        return numerator;
    }

    /// <summary>The forward pass of one vector.</summary>
    internal readonly struct Function<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector z = ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(x));
            TVector numerator = Weight<T, TVector>(x, z, out TVector denominator);

            // For large negative x, z is 0, and −∞·0 must not become NaN; for positive x the weight is at most 1, and no product with it
            // overflows.
            TVector near = TVector.AtLeast(x, Constant<T, TVector>(-Far, -Far));
            return TVector.SelectGreater(
                TVector.Broadcast(T.Zero), x,
                TVector.Divide(TVector.Multiply(near, numerator), denominator),
                TVector.Multiply(x, TVector.Divide(numerator, denominator)));
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
            TVector one = TVector.Broadcast(T.One);
            TVector near = TVector.AtMost(TVector.AtLeast(x, Constant<T, TVector>(-Far, -Far)), Constant<T, TVector>(Far, Far));
            TVector z = ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(near));
            TVector numerator = Weight<T, TVector>(near, z, out TVector denominator);
            TVector inverse = TVector.Divide(one, denominator);
            TVector power = TVector.SelectGreater(TVector.Broadcast(T.Zero), near, z, TVector.Multiply(z, z));
            TVector four = TVector.Broadcast(T.CreateTruncating(4));
            TVector steepness =
                TVector.Multiply(TVector.Multiply(TVector.Multiply(four, power), TVector.Add(one, z)), TVector.Multiply(inverse, inverse));
            return TVector.Multiply(gradient, TVector.MultiplyAdd(near, steepness, TVector.Multiply(numerator, inverse)));
        }
    }
}

/// <summary>Mish as a layer; the mathematics is in <see cref="Mish"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Mish<T>() : ActivationLayer<T>(
    "mish",
    (in x, in y) => Mish.Forward(x, y),
    (in x, in gradOutput, in gradInput) => Mish.Backward(x, gradOutput, gradInput),
    ofOutput: false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
