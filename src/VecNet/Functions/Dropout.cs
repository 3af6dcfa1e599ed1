using System.Numerics;

namespace VecNet;

/// <summary>Dropout with inverted scaling: training drops elements at random and scales up the rest, inference does nothing.</summary>
/// <remarks>
/// Every mask selects one of 2ⁿ thinned networks. The scaling makes the mean over all masks the undropped value, so that inference, the
/// identity, represents the whole ensemble. Source: Srivastava et al., "Dropout", JMLR 15 (2014).
/// </remarks>
public static class Dropout
{
    /// <summary>
    /// maskᵢⱼ = 0 with the given probability, else 1 / (1 − probability); one number of the generator for each element, row by row.
    /// </summary>
    /// <param name="probability">The probability of dropping an element, in [0, 1).</param>
    /// <param name="random">The source of the mask: the same state gives the same mask.</param>
    /// <param name="mask">The mask, of any shape, overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    public static void FillMask<T>(double probability, SplitMix64 random, TensorView<T> mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(random);
        CheckProbability(probability);
        T kept = T.CreateTruncating(1 / (1 - probability));
        for (int row = 0; row < mask.Rows && !mask.IsEmpty; row++)
        {
            foreach (ref T element in mask.Row(row))
            {
                element = random.NextDouble() < probability ? T.Zero : kept;
            }
        }
    }

    /// <summary>y = x ∘ mask: dropped elements become 0, kept ones x / (1 − probability). In inference, y = x: do not call it.</summary>
    /// <param name="input">x, of any shape.</param>
    /// <param name="mask">The mask that <see cref="FillMask"/> filled, of the same shape.</param>
    /// <param name="output">y, of the same shape, written; may be the input itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> mask, TensorView<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Multiply(input, mask, output);

    /// <summary>∂L/∂x = ∂L/∂y ∘ mask, with the mask of the forward pass.</summary>
    /// <remarks>
    /// The mask is drawn before the forward pass and is a constant to it: y_i = m_i · x_i, so dy_i/dx_i = m_i and all other
    /// derivatives are 0. Hence ∂L/∂x_i = ∂L/∂y_i · m_i: 0 where the element was dropped, and scaled up like the element where it
    /// was kept. A new mask here would give the gradient of another function.
    /// </remarks>
    /// <param name="mask">The mask of the forward pass.</param>
    /// <param name="gradOutput">∂L/∂y, of the same shape.</param>
    /// <param name="gradInput">∂L/∂x, of the same shape, overwritten; may be gradOutput itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> mask, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Multiply(gradOutput, mask, gradInput);

    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    internal static void CheckProbability(double probability, string parameter = "probability")
    {
        if (!(probability >= 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(
                parameter, probability, $"The probability of dropping an element must be in [0, 1); it is {probability}.");
        }
    }
}
