using System.Numerics;

namespace VecNet.Tests;

/// <summary>A loss's value.</summary>
internal delegate T LossValue<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A loss's gradient, times what arrives from above.</summary>
internal delegate void LossGradient<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, T gradLoss, TensorView<T> gradPrediction)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The three ways to call a loss, as operations.</summary>
internal static class Loss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T GradLoss = T.CreateTruncating(-1.75);

    /// <summary>With a distribution, or numbers, for each row.</summary>
    public static IEnumerable<Operation<T>> OfValues(
        string name, LossValue<T> forward, LossGradient<T> backward, LossFunction<T> both, bool inPlace) =>
        Of(name, "values", s => new("targets", s.Rows, s.Columns, Access.Read, IsPositive: true), x => x[1], forward, backward, both, inPlace ? ["prediction", "targets"] : []);

    /// <summary>With a class for each row.</summary>
    public static IEnumerable<Operation<T>> OfClasses(
        string name, LossValue<T> forward, LossGradient<T> backward, LossFunction<T> both, bool inPlace) =>
        Of(name, "classes", s => new("targets", s.Rows, s.Columns, Access.Labels), x => x.Labels(1), forward, backward, both, inPlace ? ["prediction"] : []);

    private delegate Targets<T> Choose(Operands<T> x);

    private static IEnumerable<Operation<T>> Of(
        string name, string kind, Func<Sizes, Operand> targets, Choose choose,
        LossValue<T> forward, LossGradient<T> backward, LossFunction<T> both, string[] over)
    {
        Operand Prediction(Sizes s) => new("prediction", s.Rows, s.Columns, Access.Read, IsPositive: true);
        Operand Gradient(Sizes s) => new("gradPrediction", s.Rows, s.Columns, Access.Write, over);
        Operand Value = new("value", 1, 1, Access.Returned);
        return
        [
            new($"{name}.Forward, {kind}", s => [Prediction(s), targets(s), Value], x => x[2][0, 0] = forward(x[0], choose(x))),
            new($"{name}.Backward, {kind}", s => [Prediction(s), targets(s), Gradient(s)], x => backward(x[0], choose(x), GradLoss, x[2])),
            new($"{name}.ForwardBackward, {kind}", s => [Prediction(s), targets(s), Gradient(s), Value], x => x[3][0, 0] = both(x[0], choose(x), x[2])),
        ];
    }
}
