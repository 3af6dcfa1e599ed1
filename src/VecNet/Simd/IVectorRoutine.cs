using System.Numerics;

namespace VecNet;

/// <summary>A loop with its arguments that runs with vectors of any width.</summary>
internal interface IVectorRoutine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs the loop and leaves its result in the routine.</summary>
    void Run<TVector>()
        where TVector : struct, IVector<TVector, T>;
}
