using System.Numerics;

namespace VecNet;

/// <summary>A function of a row, its mean μ and its biased variance σ², such as layer normalization.</summary>
internal interface IRowMomentsKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether a row's mean is subtracted, its squares are those of differences from it, and there is a shift β. If not, the mean counts
    /// as 0, and the only statistic is r.
    /// </summary>
    static abstract bool IsCentered { get; }

    /// <summary>Computes the coefficient r of the row's results; returns false where T cannot represent the variance accurately.</summary>
    bool HasCoefficient(T variance, out T r);

    /// <summary>
    /// The results of a row whose variance is out of the range of T, and its statistics unless that span is empty. γ and β are empty where
    /// there are none. Returns false without writing anything if plain arithmetic is accurate.
    /// </summary>
    bool RunScaled(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, Span<T> statistics);

    /// <summary>x̂, from x, μ and r.</summary>
    static abstract TVector Normalized<TVector>(TVector x, TVector mean, TVector r)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>The result of x̂ with the γ and β of its column.</summary>
    static abstract TVector Affine<TVector>(TVector normalized, TVector gamma, TVector beta)
        where TVector : struct, IVector<TVector, T>;
}
