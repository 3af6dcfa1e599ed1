using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// A step of an LSTM. With z = x·W_ih + b_ih + h·W_hh + b_hh, i, f, o = σ(z_i), σ(z_f), σ(z_o) and g = tanh(z_g): c′ = f ∘ c + i ∘ g and
/// h′ = o ∘ tanh(c′).
/// </summary>
/// <remarks>Sources: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Gers et al., "Learning to Forget", 2000.</remarks>
internal readonly struct LstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 4;

    public static int SharedGates => 4;

    public static bool HasCellState => true;

    public static bool PassesHiddenOn => false;

    public static bool HasEarlyGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateEarlyGates<TVector>(ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3)
        where TVector : struct, IVector<TVector, T>
    {
        gate0 = Exponential.Sigmoid<T, TVector>(gate0);
        gate1 = Exponential.Sigmoid<T, TVector>(gate1);
        gate3 = Exponential.Sigmoid<T, TVector>(gate3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell,
        out TVector nextHidden, out TVector nextCell)
        where TVector : struct, IVector<TVector, T>
    {
        gate2 = Exponential.Tanh<T, TVector>(gate2);
        nextCell = TVector.MultiplyAdd(gate0, gate2, TVector.Multiply(gate1, cell));
        nextHidden = TVector.Multiply(gate3, Exponential.Tanh<T, TVector>(nextCell));
    }

    /// <remarks>
    /// Let dh and dc be the gradients by h′ and, from the next step, by c′, and t = tanh(c′).
    /// h′ = o ∘ t: ∂L/∂o = dh ∘ t, and c′ receives dh ∘ o ∘ (1 − t²) besides dc; let dc be the sum of both.
    /// c′ = f ∘ c + i ∘ g: ∂L/∂i = dc ∘ g, ∂L/∂f = dc ∘ c, ∂L/∂g = dc ∘ i, and ∂L/∂c = dc ∘ f for the step before.
    /// σ′ = σ(1 − σ) and tanh′ = 1 − tanh², so that ∂L/∂z_i = ∂L/∂i ∘ i ∘ (1 − i), likewise for f and o, and
    /// ∂L/∂z_g = ∂L/∂g ∘ (1 − g²). h is in z alone: ∂L/∂h = ∂L/∂z·W_hhᵀ.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell, TVector nextCell,
        ref TVector gradHidden, ref TVector gradCell)
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = TVector.Broadcast(T.One);
        (TVector i, TVector f, TVector g, TVector o) = (gate0, gate1, gate2, gate3);
        TVector t = Exponential.Tanh<T, TVector>(nextCell);
        TVector gradOutputGate = TVector.Multiply(gradHidden, t);
        gradCell = TVector.MultiplyAdd(TVector.Multiply(gradHidden, o), TVector.Subtract(one, TVector.Multiply(t, t)), gradCell);
        gate0 = TVector.Multiply(TVector.Multiply(gradCell, g), TVector.Multiply(i, TVector.Subtract(one, i)));
        gate1 = TVector.Multiply(TVector.Multiply(gradCell, cell), TVector.Multiply(f, TVector.Subtract(one, f)));
        gate2 = TVector.Multiply(TVector.Multiply(gradCell, i), TVector.Subtract(one, TVector.Multiply(g, g)));
        gate3 = TVector.Multiply(gradOutputGate, TVector.Multiply(o, TVector.Subtract(one, o)));
        gradCell = TVector.Multiply(gradCell, f);
    }
}
