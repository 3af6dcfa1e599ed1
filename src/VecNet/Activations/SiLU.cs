using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>The sigmoid linear unit (swish): x multiplied by its logistic function.</summary>
/// <remarks>Source: Elfwing, Uchibe, Doya, "Sigmoid-Weighted Linear Units", 2018.</remarks>
public static class SiLU
{
    /// <summary>The magnitude beyond which e^(−|x|) is 0, in both types.</summary>
    private const double Far = 800;

    /// <summary>y = x·σ(x) = x / (1 + e⁻ˣ); −0 for −∞.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (σ(x) + x·σ(x)·(1 − σ(x))).</summary>
    /// <remarks>
    /// The product rule gives dy/dx = σ(x) + x·σ′(x), and σ′ = σ(1 − σ).
    /// With z = e^(−|x|): σ is 1/(1 + z) for x ≥ 0 and z/(1 + z) below, and σ(1 − σ) = z/(1 + z)² on both sides: nothing cancels.
    /// The function acts on each element separately: ∂L/∂x = ∂L/∂y · dy/dx element by element.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it: y alone does not determine the derivative.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ActivationBackward.Run(input, gradOutput, gradInput, default(Derivative<T>));

    internal readonly struct Function<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector z = ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(x));

            // For large negative x, z is 0, and −∞·0 must not become NaN.
            TVector numerator =
                TVector.SelectGreater(zero, x, TVector.Multiply(TVector.AtLeast(x, Constant<T, TVector>(-Far, -Far)), z), x);
            return TVector.Divide(numerator, TVector.Add(TVector.Broadcast(T.One), z));
        }
    }

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
            TVector inverse = TVector.Divide(one, TVector.Add(one, z));
            TVector beyond = TVector.Multiply(z, inverse);
            TVector sigmoid = TVector.SelectGreater(TVector.Broadcast(T.Zero), x, beyond, inverse);
            return TVector.Multiply(gradient, TVector.MultiplyAdd(TVector.Multiply(near, beyond), inverse, sigmoid));
        }
    }
}

/// <summary>The sigmoid linear unit (Swish) as a layer; the mathematics is in <see cref="SiLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SiLU<T>() : ActivationLayer<T>(
    "silu",
    (in x, in y) => SiLU.Forward(x, y),
    (in x, in gradOutput, in gradInput) => SiLU.Backward(x, gradOutput, gradInput),
    ofOutput: false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
