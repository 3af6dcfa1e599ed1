using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The logarithm of softmax over each row, computed so that no small probability underflows.</summary>
public static class LogSoftmax
{
    /// <summary>yᵢⱼ = (xᵢⱼ − mᵢ) − log Σₖ e^(xᵢₖ − mᵢ), where mᵢ is the largest element of row i.</summary>
    /// <remarks>
    /// This is log(e^xᵢⱼ / Σ e^xᵢₖ) with mᵢ subtracted in numerator and denominator. The logarithm is accurate even of a probability too
    /// small for T. A row with a NaN or ∞, or with only −∞, becomes NaN throughout, as in PyTorch; other rows are unaffected.
    /// </remarks>
    /// <param name="input">x, batch × classes.</param>
    /// <param name="output">y, of the same shape, overwritten; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnaryMap.Check(input, output);
        var kernel = default(Function<T>);
        RowLoop.Run(input, output, ref kernel);
    }

    /// <summary>∂L/∂x = ∂L/∂y − e^y · Σ ∂L/∂y, row by row.</summary>
    /// <remarks>
    /// With s = Σ_k e^(x_k), y_j = x_j − log s, and ∂(log s)/∂x_i = e^(x_i)/s = e^(y_i). So ∂y_j/∂x_i = δ_ij − e^(y_i).
    /// The chain rule sums over all outputs of the row, since each x_i moves all of them:
    /// ∂L/∂x_i = Σ_j g_j (δ_ij − e^(y_i)) = g_i − e^(y_i)·Σ_j g_j, with g = ∂L/∂y. The sum is one number per row.
    /// </remarks>
    /// <param name="output">y, as <see cref="Forward"/> returned it.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be either source itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ActivationBackward.Check(output, gradOutput, gradInput);
        for (int row = 0; row < output.Rows && !output.IsEmpty; row++)
        {
            T sum = Reductions.Sum(gradOutput.Row(row));
            BinaryLoop.Run(output.Row(row), gradOutput.Row(row), gradInput.Row(row), new RowGradient<T>(sum));
        }
    }

    /// <summary>(x − m) − log s.</summary>
    private readonly struct Function<T> : IRowKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Writes => true;

        public static bool OfExponentials => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Coefficient(int row, T maximum, T sum) => T.Log(sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => TVector.Subtract(value, coefficient);
    }

    /// <summary>g − e^y · sum.</summary>
    private readonly struct RowGradient<T>(T sum) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector y, TVector gradient)
            where TVector : struct, IVector<TVector, T> =>
            TVector.MultiplyAddNegated(Exponential.Exp<T, TVector>(y), TVector.Broadcast(sum), gradient);
    }
}

/// <summary>The logarithm of softmax over the features as a layer; the mathematics is in <see cref="LogSoftmax"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LogSoftmax<T>() : ActivationLayer<T>(
    "log_softmax",
    (in x, in y) => LogSoftmax.Forward(x, y),
    (in y, in gradOutput, in gradInput) => LogSoftmax.Backward(y, gradOutput, gradInput),
    ofOutput: true)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
