using System.Numerics;

namespace VecNet;

/// <summary>y = f(x), written once for every vector width.</summary>
internal interface IUnaryKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector, T>;
}
