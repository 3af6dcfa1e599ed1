using System.Numerics;

namespace VecNet;

/// <summary>Computes ∂L/∂x from ∂L/∂y and either the input x or the output y of the function.</summary>
internal delegate void UnaryGradient<T>(in ReadOnlyTensorView<T> saved, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
