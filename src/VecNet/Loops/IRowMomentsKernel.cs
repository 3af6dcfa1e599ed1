using System.Numerics;

namespace VecNet;

/// <summary>What is made of a row by its mean μ and its biased variance σ².</summary>
internal interface IRowMomentsKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The coefficient r that the row's results are made with; false where T does not hold the variance's digits.</summary>
    bool HasCoefficient(T variance, out T r);

    /// <summary>
    /// The results and the statistics μ and r, if there is room for them, of a row whose variance T does not hold. γ and β are both empty
    /// or none. Returns false, and has written nothing, if plain arithmetic is right.
    /// </summary>
    bool RunScaled(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, Span<T> statistics);

    /// <summary>x̂, of x, μ and r.</summary>
    static abstract TVector Normalized<TVector>(TVector x, TVector mean, TVector r)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>The result of x̂ with the γ and β of its column.</summary>
    static abstract TVector Affine<TVector>(TVector normalized, TVector gamma, TVector beta)
        where TVector : struct, IVector<TVector, T>;
}
