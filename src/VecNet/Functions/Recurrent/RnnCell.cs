using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A step of Elman's recurrent network: h′ = tanh(x·W_ih + b_ih + h·W_hh + b_hh).</summary>
/// <remarks>Source: Elman, "Finding Structure in Time", 1990.</remarks>
internal readonly struct RnnCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 1;

    public static int SharedGates => 1;

    public static bool HasCellState => false;

    public static bool PassesHiddenOn => false;

    public static bool HasEarlyGates => false;

    public static void ActivateEarlyGates<TVector>(ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3)
        where TVector : struct, IVector<TVector, T>
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell,
        out TVector nextHidden, out TVector nextCell)
        where TVector : struct, IVector<TVector, T>
    {
        gate0 = Exponential.Tanh<T, TVector>(gate0);
        nextHidden = gate0;
        nextCell = default;
    }

    /// <remarks>
    /// Let z be the argument of tanh, so that h′ = tanh(z), and dh the gradient by h′.
    /// tanh′(z) = 1 − tanh²(z) = 1 − h′², element by element: ∂L/∂z = dh ∘ (1 − h′²).
    /// z is linear in x, h, the weights and the biases: they receive ∂L/∂z as in a fully connected layer.
    /// h reaches the loss through z alone: ∂L/∂h = ∂L/∂z·W_hhᵀ.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell, TVector nextCell,
        ref TVector gradHidden, ref TVector gradCell)
        where TVector : struct, IVector<TVector, T> => gate0 = TVector.Multiply(
            gradHidden, TVector.Subtract(TVector.Broadcast(T.One), TVector.Multiply(gate0, gate0)));
}
