using System.Numerics;

namespace VecNet;

/// <summary>A function of a row's exponentials, such as softmax, written once for every vector width.</summary>
internal interface IRowKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether results are written; otherwise only the sums are computed.</summary>
    static abstract bool Writes { get; }

    /// <summary>Whether the result is computed from e^(x − m); otherwise from x − m.</summary>
    static abstract bool OfExponentials { get; }

    /// <summary>
    /// Gets the largest element m of a row and the sum of all e^(x − m), and returns the coefficient of the row's results.
    /// </summary>
    T Coefficient(int row, T maximum, T sum);

    /// <summary>The results of a vector of elements.</summary>
    static abstract TVector Result<TVector>(TVector value, TVector coefficient)
        where TVector : struct, IVector<TVector, T>;
}
