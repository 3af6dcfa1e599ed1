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
    public static IReadOnlyDictionary<string, Unary<T>> Forward { get; } = OperationCatalog<T>.Functions
        .ToDictionary(function => function.Name, function => new Unary<T>(function.Sample.Forward));

    /// <summary>Two sources, the destination last: either source may be the destination.</summary>
    public static IReadOnlyDictionary<string, Binary<T>> Binary { get; } = new Dictionary<string, Binary<T>>(Functions.Concat(Losses))
    {
        ["Dropout.Forward"] = Dropout.Forward,
        ["Dropout.Backward"] = Dropout.Backward,
    };

    private static IEnumerable<KeyValuePair<string, Binary<T>>> Functions =>
        from function in OperationCatalog<T>.Functions
        let made = function.Sample
        select KeyValuePair.Create<string, Binary<T>>(
            $"{function.Name}.Backward", (saved, gradOutput, gradInput) => made.Backward(saved, saved, gradOutput, gradInput));

    /// <summary>The gradients of all losses that take prediction and targets element by element.</summary>
    private static IEnumerable<KeyValuePair<string, Binary<T>>> Losses =>
        from loss in EveryLoss<T>.All.Values
        where loss.InPlace && loss.Name == loss.Class
        let made = loss.Make(0, Reduction.Sum)
        select KeyValuePair.Create<string, Binary<T>>(
            $"{loss.Class}.Sum", (prediction, targets, gradient) => made.Sum(prediction, targets, 0.375, gradient));
}
