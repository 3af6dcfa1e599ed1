using System.Numerics;

namespace VecNet;

/// <summary>The backward pass of a row that was normalized by its mean μ and a coefficient r; d = x − μ, g = ∂L/∂y and h = g ∘ γ.</summary>
internal interface IRowMomentsGradientKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the mean was subtracted and a shift β added; if not, the mean counts as 0, and the only statistic is r.</summary>
    static abstract bool IsCentered { get; }

    /// <summary>A column's ∂L/∂γ, with the term of this row added.</summary>
    static abstract TVector AddToGradGamma<TVector>(TVector gradGamma, TVector g, TVector d, TVector r)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>Computes the coefficient of ∂L/∂x from Σ h ∘ d; returns false where that sum is out of the range of T.</summary>
    static abstract bool HasSlope(T sumOfHD, T count, T r, out T slope);

    /// <summary>∂L/∂x.</summary>
    static abstract TVector GradInput<TVector>(TVector h, TVector d, TVector r, TVector meanOfH, TVector slope)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>∂L/∂x of a row whose Σ h ∘ d is out of the range of T. γ is empty where there is none.</summary>
    static abstract void RunScaled(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> g, Span<T> gradInput, T mean, T r);
}
