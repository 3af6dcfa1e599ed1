using System.Numerics;

namespace VecNet;

/// <summary>The loss of an element and its derivative, written once for every vector width.</summary>
internal interface ILossKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss of prediction x and target t; the weight is 1 where there are no weights.</summary>
    TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
        where TVector : struct, IVector<TVector, T>;
}
