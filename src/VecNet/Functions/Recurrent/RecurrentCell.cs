namespace VecNet;

/// <summary>The cell of a recurrent layer: how a time step computes the state after it. The formulas are those of PyTorch.</summary>
/// <remarks>
/// σ is the logistic function; x is a row of the input, and h (and c) the state before the step.
/// <code>
/// int width = Recurrence.GetSavedWidth(RecurrentCell.Gru, hiddenSize: 64);
/// </code>
/// </remarks>
public enum RecurrentCell
{
    /// <summary>
    /// Long short-term memory. With z = x·W_ih + b_ih + h·W_hh + b_hh and the gates i, f, g, o in this order: c′ = σ(z_f) ∘ c + σ(z_i) ∘
    /// tanh(z_g), h′ = σ(z_o) ∘ tanh(c′).
    /// </summary>
    Lstm,

    /// <summary>
    /// Gated recurrent unit. With a = x·W_ih + b_ih, m = h·W_hh + b_hh and the gates r, z, n in this order: r = σ(a_r + m_r),
    /// z = σ(a_z + m_z), n = tanh(a_n + r ∘ m_n), h′ = (1 − z) ∘ n + z ∘ h.
    /// </summary>
    Gru,

    /// <summary>Elman's recurrent network: h′ = tanh(x·W_ih + b_ih + h·W_hh + b_hh).</summary>
    Rnn,
}
