using System.Numerics;

namespace VecNet;

/// <summary>One of the terms of the gradient by a value that several operations read.</summary>
internal static class GradientTerm
{
    /// <summary>Writes the first term, or adds another one.</summary>
    internal static void Write<T>(ReadOnlyTensorView<T> term, TensorView<T> gradient, GradientWrite write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (write == GradientWrite.Accumulate)
        {
            Elementwise.Add(gradient, term, gradient);
        }
        else
        {
            term.CopyTo(gradient);
        }
    }
}
