using System.Numerics;

namespace VecNet;

/// <summary>
/// One step of an optimizer: a parameter and its states are changed by its gradient. Written once for every vector width.
/// </summary>
internal interface IUpdateKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of states of each parameter, from 0 to 3; the others are neither read nor written.</summary>
    static abstract int States { get; }

    void Invoke<TVector>(ref TVector parameter, TVector gradient, ref TVector state0, ref TVector state1, ref TVector state2)
        where TVector : struct, IVector<TVector, T>;
}
