using System.Numerics;

namespace VecNet;

/// <summary>
/// y = f(x), of the same shape. The views are passed by reference, since copying them takes as long as a few hundred elements of a simple
/// function.
/// </summary>
internal delegate void UnaryFunction<T>(in ReadOnlyTensorView<T> input, in TensorView<T> output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
