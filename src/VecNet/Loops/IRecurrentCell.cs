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

    /// <summary>Computes gates and states after the step from the gates' pre-activations and the states before it.</summary>
    static abstract void Forward<TVector>(ref RecurrentValues<TVector> x)
        where TVector : struct, IVector<TVector, T>;

    /// <summary>
    /// Replaces the gates by the gradients of their pre-activations, and the gradients of the states after the step by those of the states
    /// before it, without what passes through the products.
    /// </summary>
    static abstract void Backward<TVector>(ref RecurrentValues<TVector> x)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>The numbers of a time step; a cell does not use all of them.</summary>
internal struct RecurrentValues<TVector>
    where TVector : struct
{
    /// <summary>The first gate: its pre-activation, then its value, then the gradient of its pre-activation.</summary>
    internal TVector Gate0;

    /// <summary>The second gate.</summary>
    internal TVector Gate1;

    /// <summary>The third gate.</summary>
    internal TVector Gate2;

    /// <summary>The fourth gate, or the hidden part of the third.</summary>
    internal TVector Gate3;

    /// <summary>The hidden state before the step.</summary>
    internal TVector PreviousHidden;

    /// <summary>The cell state before the step.</summary>
    internal TVector PreviousCell;

    /// <summary>The hidden state after the step; forward only.</summary>
    internal TVector Hidden;

    /// <summary>The cell state after the step.</summary>
    internal TVector Cell;

    /// <summary>The gradient of the hidden state; backward only.</summary>
    internal TVector GradHidden;

    /// <summary>The gradient of the cell state; backward only.</summary>
    internal TVector GradCell;
}
