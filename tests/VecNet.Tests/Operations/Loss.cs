using System.Numerics;

namespace VecNet.Tests;

/// <summary>The ways to call a loss, as operations.</summary>
internal static class Loss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T GradLoss = T.CreateTruncating(-1.75);

    /// <summary>Every loss with every kind of targets that it takes, as a mean and as a sum.</summary>
    public static IEnumerable<Operation<T>> All =>
    [
        .. from loss in EveryLoss<T>.All.Values
           from reduction in Enum.GetValues<Reduction>()
           from operation in OfKinds(loss, reduction)
           select operation,
    ];

    private delegate Targets<T> TargetsAt(Operands<T> x, int operand);

    private delegate void Call(ILoss<T> loss, Operands<T> x);

    private static IEnumerable<Operation<T>> OfKinds(LossEntry<T> loss, Reduction reduction)
    {
        if (loss.OfValues)
        {
            string[] over = loss.InPlace ? ["prediction", "targets"] : [];
            foreach (Operation<T> operation in Of(
                loss, reduction, "values", s => new("targets", s.Rows, s.Columns, Access.Read, IsPositive: true), (x, i) => x[i], over))
            {
                yield return operation;
            }
        }

        if (loss.OfClasses)
        {
            string[] over = loss.InPlace ? ["prediction"] : [];
            foreach (Operation<T> operation in Of(
                loss, reduction, "classes", s => new("targets", s.Rows, s.Columns, Access.Labels), (x, i) => x.Labels(i), over))
            {
                yield return operation;
            }
        }
    }

    private static Operation<T>[] Of(
        LossEntry<T> loss, Reduction reduction, string kind, Func<Sizes, Operand> targets, TargetsAt choose, string[] over)
    {
        string name = $"{loss.Name}, {reduction}, {kind}";
        Operand Prediction(Sizes s) => new("prediction", s.Rows, s.Columns, Access.Read, IsPositive: true);
        Operand Gradient(Sizes s) => new("gradPrediction", s.Rows, s.Columns, Access.Write, over);
        Operand Value = new("value", 1, 1, Access.Returned);
        Operation<T> Bound(string method, Func<Sizes, Operand[]> operands, Call call) => new(method, operands, s =>
        {
            ILoss<T> made = loss.Make(s.Columns, reduction);
            return x => call(made, x);
        });
        return
        [
            Bound(
                $"{loss.Class}.GetWeight, {name}", s => [targets(s), Value],
                (l, x) => x[1][0, 0] = T.CreateTruncating(l.GetWeight(choose(x, 0)))),
            Bound(
                $"{loss.Class}.Sum, {name}", s => [Prediction(s), targets(s), Gradient(s), Value],
                (l, x) => x[3][0, 0] = T.CreateTruncating(l.Sum(x[0], choose(x, 1), 0.375, x[2]))),
            Bound(
                $"LossExtensions.Forward, {name}", s => [Prediction(s), targets(s), Value],
                (l, x) => x[2][0, 0] = l.Forward(x[0], choose(x, 1))),
            Bound(
                $"LossExtensions.Backward, {name}", s => [Prediction(s), targets(s), Gradient(s)],
                (l, x) => l.Backward(x[0], choose(x, 1), GradLoss, x[2])),
            Bound(
                $"LossExtensions.ForwardBackward, {name}", s => [Prediction(s), targets(s), Gradient(s), Value],
                (l, x) => x[3][0, 0] = l.ForwardBackward(x[0], choose(x, 1), x[2])),
        ];
    }
}
