using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The Gaussian error linear unit: x multiplied by the probability that a standard normal number is below it.</summary>
/// <remarks>
/// Source: Hendrycks, Gimpel, "Gaussian Error Linear Units (GELUs)", 2016. <see cref="GELUTanh"/> is its approximation by tanh.
/// </remarks>
public static class GELU
{
    /// <summary>y = x·Φ(x) = ½ x (1 + erf(x/√2)); 0 for −∞.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, default(Function<T>));

    /// <summary>∂L/∂x = ∂L/∂y · (Φ(x) + x·φ(x)), φ(x) = e^(−x²/2)/√(2π).</summary>
    /// <remarks>
    /// Φ is the integral of the density φ up to x, so that dΦ/dx = φ(x), and the product rule gives dy/dx = Φ(x) + x·φ(x).
    /// Φ(x) is 1 − Q(|x|) for x &gt; 0 and Q(|x|) below, since the density is even; Q comes from e^(−x²/2), and φ is the same exponential
    /// divided by √(2π). The function acts on each element separately: ∂L/∂x = ∂L/∂y · dy/dx element by element.
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
            // x·Φ(x) is x − x·Q(x) for x > 0 and x·Q(−x) below: in both cases max(x, 0) − |x|·Q(|x|), where nothing cancels.
            // A sum with max(x, 0) needs only a bounded absolute error of Q, which the pieces have.
            TVector a = TVector.AtMost(TVector.Abs(x), NormalDistribution.Farthest<T, TVector>());
            TVector beyond = TVector.HasTables ? Piecewise.Beyond<T, TVector>(a) : NormalDistribution.Beyond<T, TVector>(a, out _);
            return TVector.MultiplyAddNegated(a, beyond, TVector.AtLeast(x, TVector.Broadcast(T.Zero)));
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
            TVector a = TVector.AtMost(TVector.Abs(x), NormalDistribution.Farthest<T, TVector>());
            TVector beyond = NormalDistribution.Beyond<T, TVector>(a, out TVector exponential);
            TVector below = TVector.SelectGreater(x, TVector.Broadcast(T.Zero), TVector.Subtract(one, beyond), beyond);
            TVector density = TVector.Multiply(exponential, Exponential.Constant<T, TVector>(InverseRootOfTau, InverseRootOfTau));
            return TVector.Multiply(gradient, TVector.MultiplyAdd(TVector.CopySign(a, x), density, below));
        }
    }

    /// <summary>1/√(2π).</summary>
    private const double InverseRootOfTau = 0.3989422804014327;
}

/// <summary>The Gaussian error linear unit as a layer; the mathematics is in <see cref="GELU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class GELU<T>() : ActivationLayer<T>(
    "gelu",
    (in x, in y) => GELU.Forward(x, y),
    (in x, in gradOutput, in gradInput) => GELU.Backward(x, gradOutput, gradInput),
    ofOutput: false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
