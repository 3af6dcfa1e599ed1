using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The leaky rectified linear unit, which has a small slope for negative inputs, so that no unit stops learning.</summary>
/// <remarks>Source: Maas, Hannun, Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.</remarks>
public static class LeakyReLU
{
    /// <summary>The default slope for negative inputs, as in PyTorch.</summary>
    public const double DefaultSlope = 0.01;

    /// <summary>y = x where x &gt; 0, else slope · x; NaN stays NaN.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <param name="slope">The slope for negative inputs; 0 or more, and finite.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or not finite.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output, double slope = DefaultSlope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryMap.Run(input, output, new Function<T>(Checked<T>(slope)));

    /// <summary>∂L/∂x = ∂L/∂y where y &gt; 0, else slope · ∂L/∂y.</summary>
    /// <remarks>
    /// For x &gt; 0, y = x and dy/dx = 1. For x &lt; 0, y = slope · x and dy/dx = slope.
    /// At x = 0 the derivative does not exist unless slope is 1; any number between is a subgradient, and slope is used (as in PyTorch).
    /// Since slope is not negative, y &gt; 0 exactly where x &gt; 0, so the output determines it.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <param name="slope">The same as in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or not finite.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput, double slope = DefaultSlope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ActivationBackward.Run(output, gradOutput, gradInput, new Derivative<T>(Checked<T>(slope)));

    /// <summary>The slope in T.</summary>
    internal static T Checked<T>(double slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(slope >= 0 && double.IsFinite(slope)))
        {
            throw new ArgumentOutOfRangeException(nameof(slope), slope, $"The slope must be 0 or more, and finite; it is {slope}.");
        }

        return T.CreateTruncating(slope);
    }

    internal readonly struct Function<T>(T slope) : IUnaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T> =>
            TVector.SelectGreater(x, TVector.Broadcast(T.Zero), x, TVector.Multiply(x, TVector.Broadcast(slope)));
    }

    internal readonly struct Derivative<T>(T slope) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.SelectGreater(y, TVector.Broadcast(T.Zero), gradient, TVector.Multiply(gradient, TVector.Broadcast(slope)));
    }
}

/// <summary>The leaky rectified linear unit as a layer; the mathematics is in <see cref="LeakyReLU"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="slope">The slope for negative inputs; 0 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">The slope is negative or not finite.</exception>
public sealed class LeakyReLU<T>(double slope = LeakyReLU.DefaultSlope) : ActivationLayer<T>(
    "leaky_relu",
    (in x, in y) => LeakyReLU.Forward(x, y, slope),
    (in y, in gradOutput, in gradInput) => LeakyReLU.Backward(y, gradOutput, gradInput, slope),
    ofOutput: true,
    new Activation<T, LeakyReLU.Function<T>, LeakyReLU.Derivative<T>>(new(LeakyReLU.Checked<T>(slope)), new(LeakyReLU.Checked<T>(slope))),
    options: [new("slope", slope)], kinks: slope == 1 ? [] : [0])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The slope for negative inputs; 0 or more.</summary>
    public double Slope { get; } = slope;
}
