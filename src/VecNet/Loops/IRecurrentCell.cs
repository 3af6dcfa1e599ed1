using System.Numerics;

namespace VecNet;

/// <summary>A time step of a recurrent layer for one hidden unit: what follows the products with the weights.</summary>
/// <remarks>
/// The pre-activation of a gate has a part from the input, x·W_ih + b_ih, and one from the state before the step, h·W_hh + b_hh. For the
/// first <see cref="SharedGates"/> gates the kernel gets their sum; for the others both parts, and the hidden ones follow all gates.
/// </remarks>
internal interface IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of gates: the weights have as many blocks of columns, each as wide as the state.</summary>
    static abstract int Gates { get; }

    /// <summary>The number of gates, the first ones, that read only the sum of their two parts.</summary>
    static abstract int SharedGates { get; }

    /// <summary>Whether there is a cell state besides the hidden state.</summary>
    static abstract bool HasCellState { get; }

    /// <summary>Whether the hidden state before the step reaches the one after it also without the products.</summary>
    static abstract bool PassesHiddenOn { get; }

    /// <summary>
    /// Whether a loop of its own activates some gates before the states are computed: where one loop would exceed the compiler's limit of
    /// temporary variables, beyond which it calls every operation of a vector.
    /// </summary>
    static abstract bool HasEarlyGates { get; }

    /// <summary>Activates the gates that the first loop activates.</summary>
    static abstract void ActivateEarlyGates<TVector>(ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>
    /// Computes the other gates and the states after the step from the gates' pre-activations and the states before it. The fourth gate may
    /// be the hidden part of the third; a cell without a cell state ignores it and returns any.
    /// </summary>
    /// <remarks>The numbers are separate: the compiler would not keep those of a structure in registers.</remarks>
    static abstract void Forward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell,
        out TVector nextHidden, out TVector nextCell)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>
    /// Replaces the gates by the gradients of their pre-activations, and the gradients of the states after the step by those of the states
    /// before it, without what passes through the products.
    /// </summary>
    static abstract void Backward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell, TVector nextCell,
        ref TVector gradHidden, ref TVector gradCell)
        where TVector : struct, IVector<TVector, T>;
}
