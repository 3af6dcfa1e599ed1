using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The Kullback–Leibler divergence of a distribution from its target, averaged over the rows, or summed, computed from the logarithms of
/// the distribution: L = (1/batch) Σᵢⱼ tᵢⱼ·(log tᵢⱼ − xᵢⱼ), x = log q. The mean over no row is NaN.
/// </summary>
/// <remarks>
/// <para>
/// Its prediction is the result of <see cref="LogSoftmax"/>. A target of 0 contributes 0 for any prediction except NaN. The mean is
/// PyTorch's <c>batchmean</c>.
/// </para>
/// <para>
/// L = (1/batch) Σ_ij (t_ij log t_ij − t_ij x_ij). The first part does not depend on x, and the second is linear in it:
/// ∂L/∂x_ij = −t_ij / batch. Where t = 0 the term is constantly 0, so its derivative is 0. For a sum the same holds without 1/batch.
/// The x_ij are treated as independent variables; the backward pass of log-softmax, which follows, accounts for the sum of 1 of a row's
/// e^x. Targets are values of the prediction's shape; the gradient may be the prediction or the targets themselves.
/// </para>
/// <para>Source: Kullback, Leibler, "On Information and Sufficiency", 1951.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KullbackLeibler<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given kind of targets and reduction.</summary>
    /// <param name="logTargets">Whether targets are logarithms, so that t is e to their power.</param>
    /// <param name="reduction">The mean over the rows, or the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public KullbackLeibler(bool logTargets = false, Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        LogTargets = logTargets;
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "KullbackLeibler";

    /// <summary>Whether targets are logarithms.</summary>
    public bool LogTargets { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("log targets", LogTargets)];

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <summary>The number of rows.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets)
    {
        targets.CheckValues(Name);
        return targets.Values.Rows;
    }

    /// <summary>Σᵢⱼ tᵢⱼ·(log tᵢⱼ − xᵢⱼ), and −scale · t.</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction) => LogTargets
        ? ElementwiseLoss.Sum(Name, prediction, targets, default, default(OfLogarithms), -scale, gradPrediction)
        : ElementwiseLoss.Sum(Name, prediction, targets, default, default(OfProbabilities), -scale, gradPrediction);

    /// <summary>0, or NaN where x is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Nothing<TVector>(TVector x)
        where TVector : struct, IVector<TVector, T>
    {
        TVector zero = TVector.Broadcast(T.Zero);
        return TVector.AtLeast(TVector.AtMost(x, zero), zero);
    }

    /// <summary>t·(log t − x); the derivative is t, whose sign is in the scale.</summary>
    private readonly struct OfProbabilities : ILossKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            derivative = t;
            TVector term = TVector.Multiply(t, TVector.Subtract(Logarithm.Log<T, TVector>(t), x));

            // A number that is neither above nor below 0 is 0, or a NaN that stays NaN.
            TVector other = TVector.SelectGreater(zero, t, TVector.Broadcast(T.NaN), TVector.Add(t, Nothing<TVector>(x)));
            return TVector.SelectGreater(t, zero, term, other);
        }
    }

    /// <summary>e^t·(t − x); the derivative is e^t, whose sign is in the scale.</summary>
    private readonly struct OfLogarithms : ILossKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            derivative = Exponential.Exp<T, TVector>(t);
            TVector term = TVector.Multiply(derivative, TVector.Subtract(t, x));
            return TVector.SelectGreater(derivative, TVector.Broadcast(T.Zero), term, TVector.Add(derivative, Nothing<TVector>(x)));
        }
    }
}
