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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(ref RecurrentValues<TVector> x)
        where TVector : struct, IVector<TVector, T>
    {
        x.Gate0 = Exponential.Sigmoid<T, TVector>(x.Gate0);
        x.Gate1 = Exponential.Sigmoid<T, TVector>(x.Gate1);
        x.Gate2 = Exponential.Tanh<T, TVector>(x.Gate2);
        x.Gate3 = Exponential.Sigmoid<T, TVector>(x.Gate3);
        x.Cell = TVector.MultiplyAdd(x.Gate0, x.Gate2, TVector.Multiply(x.Gate1, x.PreviousCell));
        x.Hidden = TVector.Multiply(x.Gate3, Exponential.Tanh<T, TVector>(x.Cell));
    }

    /// <remarks>
    /// Let dh and dc be the gradients by h′ and, from the next step, by c′, and t = tanh(c′).
    /// h′ = o ∘ t: ∂L/∂o = dh ∘ t, and c′ receives dh ∘ o ∘ (1 − t²) besides dc; let dc be the sum of both.
    /// c′ = f ∘ c + i ∘ g: ∂L/∂i = dc ∘ g, ∂L/∂f = dc ∘ c, ∂L/∂g = dc ∘ i, and ∂L/∂c = dc ∘ f for the step before.
    /// σ′ = σ(1 − σ) and tanh′ = 1 − tanh², so that ∂L/∂z_i = ∂L/∂i ∘ i ∘ (1 − i), likewise for f and o, and
    /// ∂L/∂z_g = ∂L/∂g ∘ (1 − g²). h is in z alone: ∂L/∂h = ∂L/∂z·W_hhᵀ.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(ref RecurrentValues<TVector> x)
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = TVector.Broadcast(T.One);
        (TVector i, TVector f, TVector g, TVector o) = (x.Gate0, x.Gate1, x.Gate2, x.Gate3);
        TVector t = Exponential.Tanh<T, TVector>(x.Cell);
        TVector gradOutputGate = TVector.Multiply(x.GradHidden, t);
        TVector gradCell = TVector.MultiplyAdd(
            TVector.Multiply(x.GradHidden, o), TVector.Subtract(one, TVector.Multiply(t, t)), x.GradCell);
        x.Gate0 = TVector.Multiply(TVector.Multiply(gradCell, g), TVector.Multiply(i, TVector.Subtract(one, i)));
        x.Gate1 = TVector.Multiply(TVector.Multiply(gradCell, x.PreviousCell), TVector.Multiply(f, TVector.Subtract(one, f)));
        x.Gate2 = TVector.Multiply(TVector.Multiply(gradCell, i), TVector.Subtract(one, TVector.Multiply(g, g)));
        x.Gate3 = TVector.Multiply(gradOutputGate, TVector.Multiply(o, TVector.Subtract(one, o)));
        x.GradCell = TVector.Multiply(gradCell, f);
    }
}
