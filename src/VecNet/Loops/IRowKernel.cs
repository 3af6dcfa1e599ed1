using System.Numerics;

namespace VecNet;

/// <summary>What is made of a row's exponentials.</summary>
internal interface IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether anything is written; without, only the sums are wanted.</summary>
    static abstract bool Writes { get; }

    /// <summary>Whether the result is made of e^(x − m); otherwise it is made of x − m.</summary>
    static abstract bool OfExponentials { get; }

    /// <summary>
    /// Gets the largest element m of a row and the sum of all e^(x − m), and returns the coefficient that the row's results are made with.
    /// </summary>
    T Coefficient(int row, T maximum, T sum);

    /// <summary>The results.</summary>
    static abstract TVector Result<TVector>(TVector value, TVector coefficient)
        where TVector : struct, IVector<TVector, T>;
}
