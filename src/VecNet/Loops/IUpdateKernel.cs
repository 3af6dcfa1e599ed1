using System.Numerics;

namespace VecNet;

/// <summary>
/// One step of an optimizer: a parameter and its states are changed by its gradient. Written once for every vector width.
/// </summary>
internal interface IUpdateKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many states each parameter has, from 0 to 3; those that it has not are neither read nor written.</summary>
    static abstract int States { get; }

    void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state0, ref TVector state1, ref TVector state2)
        where TVector : struct, IVector<TVector, T>;
}
