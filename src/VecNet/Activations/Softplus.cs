using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>A smooth rectifier: log(1 + e^βx)/β, which is 0 far below 0 and x far above.</summary>
/// <remarks>
/// PyTorch returns x itself where βx is above a threshold of 20, and is off by up to 2e-9/β there; this class computes the function itself.
/// </remarks>
public static class Softplus
{
    /// <summary>y = log(1 + e^βx)/β = max(x, 0) + log(1 + e^−|βx|)/β: without overflow, and accurate where y is small.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <param name="beta">β, above 0 and finite; the bend is sharper for larger β.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is not above 0 and finite.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, new Function<T>(Checked<T>(beta)));

    /// <summary>∂L/∂x = ∂L/∂y · (1 − e^−βy).</summary>
    /// <remarks>
    /// βy = log(1 + u) with u = e^βx, and du/dx = βu: β·dy/dx = βu/(1 + u), so that dy/dx = u/(1 + u) = σ(βx).
    /// 1 + u = e^βy, and u/(1 + u) = 1 − 1/(1 + u) = 1 − e^−βy, which is a function of the output. It is computed as −(e^−βy − 1), which is
    /// accurate for small y. The function acts on each element separately: ∂L/∂x = ∂L/∂y · dy/dx element by element.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <param name="beta">The same as in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is not above 0 and finite.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ActivationBackward.Run(output, gradOutput, gradInput, new Derivative<T>(Checked<T>(beta)));

    /// <summary>β in T.</summary>
    internal static T Checked<T>(double beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T inT = T.CreateTruncating(beta);
        if (!(inT > T.Zero && T.IsFinite(inT) && T.IsFinite(T.One / inT)))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, $"Beta must be above 0 and finite; it is {beta}.");
        }

        return inT;
    }

    internal readonly struct Function<T>(T beta) : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T inverse = T.One / beta;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T>
        {
            TVector z = ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(TVector.Multiply(x, TVector.Broadcast(beta))));
            return TVector.MultiplyAdd(
                Logarithm.OfOnePlus<T, TVector>(z), TVector.Broadcast(inverse), TVector.AtLeast(x, TVector.Broadcast(T.Zero)));
        }
    }

    internal readonly struct Derivative<T>(T beta) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T>
        {
            // An output is never below 0; other numbers still give the same bits at every position.
            TVector power = MinusOne<T, TVector>(TVector.NegativeAbs(TVector.Multiply(y, TVector.Broadcast(beta))));
            return TVector.Multiply(gradient, TVector.Subtract(TVector.Broadcast(T.Zero), power));
        }
    }
}

/// <summary>A smooth rectifier as a layer; the mathematics is in <see cref="Softplus"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="beta">β, the sharpness of the bend; above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">Beta is not above 0 and finite.</exception>
public sealed class Softplus<T>(double beta = 1) : ActivationLayer<T>(
    "softplus",
    (in x, in y) => Softplus.Forward(x, y, beta),
    (in y, in gradOutput, in gradInput) => Softplus.Backward(y, gradOutput, gradInput, beta),
    ofOutput: true,
    new Activation<T, Softplus.Function<T>, Softplus.Derivative<T>>(new(Softplus.Checked<T>(beta)), new(Softplus.Checked<T>(beta))),
    options: [new("beta", beta)])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>β, the sharpness of the bend; above 0.</summary>
    public double Beta { get; } = beta;
}
