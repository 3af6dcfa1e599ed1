using System.Numerics;

namespace VecNet;

/// <summary>∂L/∂x of ∂L/∂y and of what the derivative is computed from: the input x of the function, or its output y.</summary>
internal delegate void UnaryGradient<T>(in ReadOnlyTensorView<T> saved, in ReadOnlyTensorView<T> gradOutput, in TensorView<T> gradInput)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
