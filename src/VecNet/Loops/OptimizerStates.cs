using System.Numerics;

namespace VecNet;

/// <summary>The states of an optimizer: those of one kind in the order of the parameters, one kind after the other.</summary>
/// <param name="first">The first state of the first parameter.</param>
/// <param name="distance">The distance between two states of one parameter, in elements.</param>
internal readonly unsafe struct OptimizerStates<T>(nint first, nint distance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal nint Distance => distance;

    /// <summary>
    /// The states of the parameters from <paramref name="parameter"/> on, where each kind has a row of the buffer, which must stay alive.
    /// </summary>
    internal static OptimizerStates<T> From(TensorBuffer<T> states, nint parameter) =>
        new((nint)(states.Pointer + parameter), states.Columns);

    /// <summary>The states of the parameters after the first <paramref name="parameters"/>.</summary>
    internal OptimizerStates<T> Skip(nint parameters) => new((nint)Address(0, parameters), distance);

    /// <summary>The state of kind <paramref name="kind"/> that belongs to parameter <paramref name="parameter"/>.</summary>
    internal T* Address(int kind, nint parameter) => (T*)first + (kind * Distance) + parameter;
}
