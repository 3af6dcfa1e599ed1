using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// A step of a GRU. With a = x·W_ih + b_ih and m = h·W_hh + b_hh: r = σ(a_r + m_r), z = σ(a_z + m_z), n = tanh(a_n + r ∘ m_n) and
/// h′ = (1 − z) ∘ n + z ∘ h.
/// </summary>
/// <remarks>
/// Source: Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder", 2014, with the reset gate after the product, as in
/// PyTorch.
/// </remarks>
internal readonly struct GruCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 3;

    public static int SharedGates => 2;

    public static bool HasCellState => false;

    public static bool PassesHiddenOn => true;

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
        gate0 = Exponential.Sigmoid<T, TVector>(gate0);
        gate1 = Exponential.Sigmoid<T, TVector>(gate1);
        gate2 = Exponential.Tanh<T, TVector>(TVector.MultiplyAdd(gate0, gate3, gate2));
        nextHidden = TVector.MultiplyAdd(gate1, TVector.Subtract(hidden, gate2), gate2);
        nextCell = default;
    }

    /// <remarks>
    /// Let dh be the gradient by h′. h′ = n + z ∘ (h − n): ∂L/∂n = dh ∘ (1 − z), ∂L/∂z = dh ∘ (h − n), and h receives dh ∘ z directly.
    /// n = tanh(a_n + r ∘ m_n): ∂L/∂a_n = ∂L/∂n ∘ (1 − n²), ∂L/∂m_n = ∂L/∂a_n ∘ r and ∂L/∂r = ∂L/∂a_n ∘ m_n.
    /// σ′ = σ(1 − σ): ∂L/∂a_r = ∂L/∂m_r = ∂L/∂r ∘ r ∘ (1 − r), and likewise for z.
    /// x reads ∂L/∂a of the three gates and h reads ∂L/∂m: both have the same for r and z, and differ for n, which is why that of m_n
    /// is the fourth block. ∂L/∂h = dh ∘ z + ∂L/∂m·W_hhᵀ.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(
        ref TVector gate0, ref TVector gate1, ref TVector gate2, ref TVector gate3, TVector hidden, TVector cell, TVector nextCell,
        ref TVector gradHidden, ref TVector gradCell)
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = TVector.Broadcast(T.One);
        (TVector r, TVector z, TVector n, TVector m) = (gate0, gate1, gate2, gate3);
        TVector gradN = TVector.Multiply(gradHidden, TVector.Subtract(one, z));
        TVector gradZ = TVector.Multiply(gradHidden, TVector.Subtract(hidden, n));
        gate2 = TVector.Multiply(gradN, TVector.Subtract(one, TVector.Multiply(n, n)));
        gate3 = TVector.Multiply(gate2, r);
        gate0 = TVector.Multiply(TVector.Multiply(gate2, m), TVector.Multiply(r, TVector.Subtract(one, r)));
        gate1 = TVector.Multiply(gradZ, TVector.Multiply(z, TVector.Subtract(one, z)));
        gradHidden = TVector.Multiply(gradHidden, z);
    }
}
