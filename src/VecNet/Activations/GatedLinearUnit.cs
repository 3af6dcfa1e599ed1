using System.Numerics;

namespace VecNet;

/// <summary>One half of the features, multiplied by a function of the other half, the gate.</summary>
/// <remarks>
/// Sources: Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017; Shazeer, "GLU Variants Improve Transformer", 2020.
/// </remarks>
public static class GatedLinearUnit
{
    /// <summary>y = a ∘ f(b) for the halves of each row, x = a | b.</summary>
    /// <param name="input">x, batch × 2n.</param>
    /// <param name="output">y, batch × n, overwritten; it must not share elements with the input.</param>
    /// <param name="gate">f.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the views share elements; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The function is unknown.</exception>
    public static void Forward<T>(ReadOnlyTensorView<T> input, TensorView<T> output, GateFunction gate = GateFunction.Sigmoid)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int features = CheckHalves(input, gate);
        Shape.Check<T>(output, input.Rows, features);
        Overlap.CheckDisjoint(input, output);
        Activate(GetLayer<T>(gate), input.SliceColumns(features, features), output);
        Elementwise.Multiply(output, input.SliceColumns(0, features), output);
    }

    /// <summary>∂L/∂a = g ∘ f(b) and ∂L/∂b = g ∘ a ∘ f′(b), with g = ∂L/∂y.</summary>
    /// <remarks>
    /// Each element is a product, y_j = a_j f(b_j), of numbers that no other element of y depends on.
    /// The product rule gives ∂y_j/∂a_j = f(b_j) and ∂y_j/∂b_j = a_j f′(b_j).
    /// So ∂L/∂a_j = g_j f(b_j); and what arrives at f(b_j) is g_j a_j, which the backward pass of f turns into ∂L/∂b_j = g_j a_j f′(b_j).
    /// </remarks>
    /// <param name="input">x, as <see cref="Forward"/> read it.</param>
    /// <param name="gradOutput">∂L/∂y, batch × n.</param>
    /// <param name="gradInput">∂L/∂x, batch × 2n, overwritten; it must not share elements with the others.</param>
    /// <param name="gate">f.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or the gradient shares elements with another view; nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The function is unknown.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> input,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradInput,
        GateFunction gate = GateFunction.Sigmoid)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int features = CheckHalves(input, gate);
        Shape.Check(gradOutput, input.Rows, features);
        Shape.CheckSame(input, gradInput);
        Overlap.CheckDisjoint(input, gradInput);
        Overlap.CheckDisjoint(gradOutput, gradInput);
        ActivationLayer<T>? function = GetLayer<T>(gate);
        ReadOnlyTensorView<T> a = input.SliceColumns(0, features), b = input.SliceColumns(features, features);
        TensorView<T> gradA = gradInput.SliceColumns(0, features), gradB = gradInput.SliceColumns(features, features);
        Activate(function, b, gradA);
        Elementwise.Multiply(gradOutput, a, gradB);
        function?.Backward(b, gradA, gradB, gradB);
        Elementwise.Multiply(gradA, gradOutput, gradA);
    }

    /// <summary>The layer of a gate's function; null for the identity.</summary>
    internal static ActivationLayer<T>? GetLayer<T>(GateFunction gate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Gates<T>.Layers[(int)gate];

    /// <exception cref="ArgumentOutOfRangeException">The function is unknown.</exception>
    internal static void CheckGate(GateFunction gate)
    {
        if (!Enum.IsDefined(gate))
        {
            throw new ArgumentOutOfRangeException(nameof(gate), gate, "Unknown function of a gate.");
        }
    }

    private static void Activate<T>(ActivationLayer<T>? function, ReadOnlyTensorView<T> b, TensorView<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (function is null)
        {
            b.CopyTo(result);
        }
        else
        {
            function.Forward(b, result);
        }
    }

    /// <summary>Half of the features.</summary>
    private static int CheckHalves<T>(ReadOnlyTensorView<T> input, GateFunction gate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        CheckGate(gate);
        return input.Columns % 2 == 0 ? input.Columns / 2 : throw new ArgumentException(
            $"The input must have two halves; it has {input.Columns} columns.", nameof(input));
    }

    /// <summary>The layers of the functions, in their order.</summary>
    private static class Gates<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal static readonly ActivationLayer<T>?[] Layers =
            [new Sigmoid<T>(), new SiLU<T>(), new GELU<T>(), new GELUTanh<T>(), new ReLU<T>(), null];
    }
}
