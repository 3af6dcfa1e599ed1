using System.Numerics;

namespace VecNet;

/// <summary>y = f(x), of the same shape.</summary>
internal delegate void UnaryFunction<T>(ReadOnlyTensorView<T> input, TensorView<T> output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
