using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>How far a distribution is from its target, averaged over the rows: Σ t·(log t − log q), from the logarithms of q.</summary>
/// <remarks>Source: Kullback, Leibler, "On Information and Sufficiency", 1951. Its prediction is what <see cref="LogSoftmax"/> gives.</remarks>
public static class KullbackLeibler
{
    /// <summary>L = (1/batch) Σᵢⱼ tᵢⱼ·(log tᵢⱼ − xᵢⱼ), or the sum. No row: a mean of NaN.</summary>
    /// <remarks>A target of 0 contributes 0, whatever is predicted (a NaN excepted).</remarks>
    /// <param name="logProbabilities">x = log q, batch × classes.</param>
    /// <param name="targets">t, a distribution for each row; or its logarithms.</param>
    /// <param name="logTargets">Whether the targets are logarithms: then t = e to their power.</param>
    /// <param name="reduction">The mean over the rows (PyTorch's <c>batchmean</c>), or the sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the targets are class indices.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> logProbabilities, Targets<T> targets, bool logTargets = false, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logProbabilities, targets, logTargets, reduction, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, bool, Reduction)"/>
    public static T Forward<T>(TensorView<T> logProbabilities, Targets<T> targets, bool logTargets = false, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(logProbabilities.AsReadOnly(), targets, logTargets, reduction);

    /// <summary>∂L'/∂x = −∂L'/∂L · t / batch, where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <remarks>
    /// L = (1/batch) Σ_ij (t_ij log t_ij − t_ij x_ij). The first part does not depend on x, and the second is linear in it:
    /// ∂L/∂x_ij = −t_ij / batch. Where t = 0 the term is constantly 0, so its derivative is 0.
    /// The x_ij are taken as free: that the e^x of a row sum to 1 is log-softmax's business, whose backward follows.
    /// </remarks>
    /// <param name="logProbabilities">x = log q, batch × classes.</param>
    /// <param name="targets">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, bool, Reduction)"/>.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above; 1 if the loss is the end.</param>
    /// <param name="gradLogProbabilities">∂L'/∂x, of the same shape, overwritten; may be the log-probabilities themselves.</param>
    /// <param name="logTargets">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, bool, Reduction)"/>.</param>
    /// <param name="reduction">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, bool, Reduction)"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> logProbabilities,
        Targets<T> targets,
        T gradLoss,
        TensorView<T> gradLogProbabilities,
        bool logTargets = false,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(logProbabilities, gradLogProbabilities);
        Run(logProbabilities, targets, logTargets, reduction, gradLoss, gradLogProbabilities);
    }

    /// <summary>The mean for targets that are no logarithms, and its gradient where <paramref name="gradLogProbabilities"/> is not empty: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <param name="logProbabilities">x = log q, batch × classes.</param>
    /// <param name="targets">t, a distribution for each row.</param>
    /// <param name="gradLogProbabilities">∂L/∂x, of the same shape, overwritten; may be the log-probabilities themselves; or empty.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> logProbabilities, Targets<T> targets, TensorView<T> gradLogProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logProbabilities, targets, false, Reduction.Mean, T.One, gradLogProbabilities);

    internal static T Run<T>(
        ReadOnlyTensorView<T> logProbabilities, Targets<T> targets, bool logTargets, Reduction reduction, T gradLoss, TensorView<T> gradLogProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.Check(reduction);
        double count = reduction == Reduction.Mean ? logProbabilities.Rows : 1;
        return logTargets
            ? ElementwiseLoss.Run(nameof(KullbackLeibler), logProbabilities, targets, default, default(OfLogarithms<T>), count, -gradLoss, gradLogProbabilities)
            : ElementwiseLoss.Run(nameof(KullbackLeibler), logProbabilities, targets, default, default(OfProbabilities<T>), count, -gradLoss, gradLogProbabilities);
    }

    /// <summary>0, or NaN where x is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Nothing<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => TVector.AtLeast(TVector.AtMost(x, TVector.Broadcast(T.Zero)), TVector.Broadcast(T.Zero));

    /// <summary>t·(log t − x); the derivative is t, whose sign the scale has.</summary>
    private readonly struct OfProbabilities<T> : ILossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            derivative = t;
            TVector term = TVector.Multiply(t, TVector.Subtract(Logarithm.Of<T, TVector>(t), x));

            // What is neither above nor below 0 is 0, or a NaN that stays one.
            TVector other = TVector.SelectGreater(zero, t, TVector.Broadcast(T.NaN), TVector.Add(t, Nothing<T, TVector>(x)));
            return TVector.SelectGreater(t, zero, term, other);
        }
    }

    /// <summary>e^t·(t − x); the derivative is e^t, whose sign the scale has.</summary>
    private readonly struct OfLogarithms<T> : ILossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            derivative = Exponential.Exp<T, TVector>(t);
            return TVector.SelectGreater(
                derivative, TVector.Broadcast(T.Zero), TVector.Multiply(derivative, TVector.Subtract(t, x)), TVector.Add(derivative, Nothing<T, TVector>(x)));
        }
    }
}

/// <summary><see cref="KullbackLeibler"/> with its choices, for a trainer: <c>new KullbackLeiblerLoss&lt;float&gt;(logTargets: true).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KullbackLeiblerLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With the given kind of targets and reduction.</summary>
    /// <param name="logTargets">Whether targets are logarithms.</param>
    /// <param name="reduction">The mean over the rows, or the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public KullbackLeiblerLoss(bool logTargets = false, Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        LogTargets = logTargets;
        Reduction = reduction;
    }

    /// <summary>Whether targets are logarithms.</summary>
    public bool LogTargets { get; }

    /// <summary>The mean over the rows, or the sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradLogProbabilities"/> is not empty.</summary>
    /// <inheritdoc cref="KullbackLeibler.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> logProbabilities, Targets<T> targets, TensorView<T> gradLogProbabilities) =>
        KullbackLeibler.Run(logProbabilities, targets, LogTargets, Reduction, T.One, gradLogProbabilities);
}
