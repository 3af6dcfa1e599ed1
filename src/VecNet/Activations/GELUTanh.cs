using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>
/// The Gaussian error linear unit in its approximation by tanh, which many published networks use (<c>approximate="tanh"</c> in PyTorch).
/// </summary>
/// <remarks>Source: Hendrycks, Gimpel, "Gaussian Error Linear Units (GELUs)", 2016. <see cref="GELU"/> is the function itself.</remarks>
public static class GELUTanh
{
    /// <summary>2·√(2/π).</summary>
    private const double Linear = 1.5957691216057308;

    /// <summary>2·√(2/π)·0.044715.</summary>
    private const double Cubic = 0.07135481627260025;

    /// <summary>y = ½ x (1 + tanh(√(2/π)·(x + 0.044715 x³))); 0 for −∞.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (σ(v) + x·σ(v)(1 − σ(v))·v′), v = 2√(2/π)·(x + 0.044715 x³).</summary>
    /// <remarks>
    /// ½ (1 + tanh u) = 1/(1 + e^(−2u)) = σ(2u): so y = x·σ(v) with v = 2u. The product rule and the chain rule give
    /// dy/dx = σ(v) + x·σ′(v)·v′, with σ′ = σ(1 − σ) and v′ = 2√(2/π)·(1 + 3·0.044715 x²).
    /// With z = e^(−|v|): σ is 1/(1 + z) for v ≥ 0 and z/(1 + z) below, and σ(1 − σ) = z/(1 + z)² on both sides.
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it: y alone does not determine the derivative.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ActivationBackward.Run(input, gradOutput, gradInput, default(Derivative<T>));

    /// <summary>The forward pass of one vector.</summary>
    internal readonly struct Function<T> : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector z = Decay<T, TVector>(TVector.Multiply(x, x), x);
            TVector one = TVector.Broadcast(T.One);
            TVector zero = TVector.Broadcast(T.Zero);

            // For large negative x, z is 0, and −∞·0 must not become NaN.
            TVector numerator =
                TVector.SelectGreater(zero, x, TVector.Multiply(TVector.AtLeast(x, Constant<T, TVector>(-Far, -Far)), z), x);
            return TVector.Divide(numerator, TVector.Add(one, z));
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
            TVector zero = TVector.Broadcast(T.Zero);
            TVector near = TVector.AtMost(TVector.AtLeast(x, Constant<T, TVector>(-Far, -Far)), Constant<T, TVector>(Far, Far));
            TVector square = TVector.Multiply(near, near);
            TVector z = Decay<T, TVector>(square, near);
            TVector inverse = TVector.Divide(one, TVector.Add(one, z));
            TVector sigmoid = TVector.SelectGreater(zero, x, TVector.Multiply(z, inverse), inverse);
            TVector slope = TVector.MultiplyAdd(square, Constant<T, TVector>(3 * Cubic, 3 * Cubic), Constant<T, TVector>(Linear, Linear));
            TVector steepness = TVector.Multiply(TVector.Multiply(z, inverse), TVector.Multiply(inverse, slope));
            return TVector.Multiply(gradient, TVector.MultiplyAdd(near, steepness, sigmoid));
        }
    }

    /// <summary>The magnitude beyond which e^(−|v|) is 0.</summary>
    private const double Far = 60;

    /// <summary>e^(−|v|), v = x·(Linear + Cubic·x²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decay<T, TVector>(TVector square, TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector factor = TVector.MultiplyAdd(square, Constant<T, TVector>(Cubic, Cubic), Constant<T, TVector>(Linear, Linear));
        return ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(TVector.Multiply(x, factor)));
    }
}

/// <summary>The Gaussian error linear unit in its approximation by tanh as a layer; the mathematics is in <see cref="GELUTanh"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class GELUTanh<T>() : ActivationLayer<T>(
    "gelu_tanh",
    (in x, in y) => GELUTanh.Forward(x, y),
    (in x, in gradOutput, in gradInput) => GELUTanh.Backward(x, gradOutput, gradInput),
    ofOutput: false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
