using System.Numerics;

namespace VecNet;

/// <summary>z = f(x, y; coefficients of the column), written once for every vector width.</summary>
internal interface IColumnKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there is a y; otherwise it is not read.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>The number of coefficients of each column, from 1 to 4; the others are not read.</summary>
    static abstract int Coefficients { get; }

    TVector Invoke<TVector>(
        TVector x, TVector y, TVector coefficient0, TVector coefficient1, TVector coefficient2, TVector coefficient3)
        where TVector : struct, IVector<TVector, T>;
}
