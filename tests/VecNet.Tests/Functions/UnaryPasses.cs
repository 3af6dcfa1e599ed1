using System.Numerics;

namespace VecNet.Tests;

/// <summary>y = f(x).</summary>
public delegate void Unary<T>(ReadOnlyTensorView<T> x, TensorView<T> y)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>z = f(x, y).</summary>
public delegate void Binary<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> z)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The functions of one shape in, the same shape out: what one suite of contracts holds all of them to.</summary>
internal static class Passes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IReadOnlyDictionary<string, Unary<T>> Forward { get; } = new Dictionary<string, Unary<T>>
    {
        ["Sigmoid"] = Sigmoid.Forward,
        ["Tanh"] = Tanh.Forward,
        ["ReLU"] = ReLU.Forward,
        ["Softmax"] = Softmax.Forward,
        ["LogSoftmax"] = LogSoftmax.Forward,
        ["Gelu"] = Gelu.Forward,
        ["GeluTanh"] = GeluTanh.Forward,
        ["SiLU"] = SiLU.Forward,
        ["LeakyReLU"] = (x, y) => LeakyReLU.Forward(x, y, 0.1),
        ["Elu"] = (x, y) => Elu.Forward(x, y, 0.7),
        ["Softplus"] = (x, y) => Softplus.Forward(x, y, 1.5),
        ["Exp"] = Exp.Forward,
    };

    /// <summary>Two sources, the destination last: either source may be the destination.</summary>
    public static IReadOnlyDictionary<string, Binary<T>> Binary { get; } = new Dictionary<string, Binary<T>>(Losses)
    {
        ["Sigmoid.Backward"] = Sigmoid.Backward,
        ["Tanh.Backward"] = Tanh.Backward,
        ["ReLU.Backward"] = ReLU.Backward,
        ["Softmax.Backward"] = Softmax.Backward,
        ["LogSoftmax.Backward"] = LogSoftmax.Backward,
        ["Gelu.Backward"] = Gelu.Backward,
        ["GeluTanh.Backward"] = GeluTanh.Backward,
        ["SiLU.Backward"] = SiLU.Backward,
        ["LeakyReLU.Backward"] = (y, g, gradInput) => LeakyReLU.Backward(y, g, gradInput, 0.1),
        ["Elu.Backward"] = (y, g, gradInput) => Elu.Backward(y, g, gradInput, 0.7),
        ["Softplus.Backward"] = (y, g, gradInput) => Softplus.Backward(y, g, gradInput, 1.5),
        ["Exp.Backward"] = Exp.Backward,
        ["Dropout.Forward"] = Dropout.Forward,
        ["Dropout.Backward"] = Dropout.Backward,
    };

    /// <summary>The gradients of all losses that take prediction and targets element by element.</summary>
    private static IEnumerable<KeyValuePair<string, Binary<T>>> Losses =>
        from loss in EveryLoss<T>.All.Values
        where loss.InPlace && loss.Name == loss.Class
        let made = loss.Make(0, Reduction.Sum)
        select KeyValuePair.Create<string, Binary<T>>($"{loss.Class}.Sum", (prediction, targets, gradient) => made.Sum(prediction, targets, 0.375, gradient));
}
