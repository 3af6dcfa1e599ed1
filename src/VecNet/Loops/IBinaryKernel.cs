using System.Numerics;

namespace VecNet;

/// <summary>z = f(x, y), written once for every vector width.</summary>
internal interface IBinaryKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TVector Invoke<TVector>(TVector x, TVector y)
        where TVector : struct, IVector<TVector, T>;
}
