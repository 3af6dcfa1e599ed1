using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of the losses.</summary>
public abstract class LossGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> SquaredCases => GoldenFile.Load("mse").CasesFor<T>();

    public static TheoryData<string> CategoricalCases => GoldenFile.Load("cross_entropy_probs").CasesFor<T>();

    public static TheoryData<string> FusedCases =>
        [.. ((IEnumerable<TheoryDataRow<string>>)GoldenFile.Load("softmax_cross_entropy").CasesFor<T>()).Select(row => row.Data).Where(IsExpressible)];

    [Theory]
    [MemberData(nameof(SquaredCases))]
    public void Mean_squared_error_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("mse").Case(name);
        TensorBuffer<T> prediction = @case.Inputs["y_pred"].ToBuffer<T>();
        TensorBuffer<T> targets = @case.Inputs["y_true"].ToBuffer<T>();
        @case.AssertOutput("loss", MeanSquaredError.Forward(prediction.View, targets.View));
        TensorBuffer<T> gradient = Poisoned(prediction);
        MeanSquaredError.Backward(prediction.View, targets.View, GradLoss(@case), gradient.View);
        @case.AssertGradient("y_pred", gradient.View.AsReadOnly());
    }

    [Theory]
    [MemberData(nameof(CategoricalCases))]
    public void Categorical_cross_entropy_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("cross_entropy_probs").Case(name);
        TensorBuffer<T> probabilities = @case.Inputs["p"].ToBuffer<T>();
        int[] classes = @case.Inputs["targets"].Indices();
        TensorBuffer<T> oneHot = OneHot(classes, probabilities.Columns);
        foreach (bool distribution in new[] { false, true })
        {
            Targets<T> targets = distribution ? oneHot.View : classes;
            @case.AssertOutput("loss", CategoricalCrossEntropy.Forward(probabilities.View, targets));
            TensorBuffer<T> gradient = Poisoned(probabilities);
            CategoricalCrossEntropy.Backward(probabilities.View, targets, GradLoss(@case), gradient.View);
            if (distribution && name == "nan_propagates")
            {
                // A distribution says something about every element: its zero times log NaN is NaN, where a class index does not look.
                continue;
            }

            @case.AssertGradient("p", gradient.View.AsReadOnly());
        }
    }

    [Theory]
    [MemberData(nameof(FusedCases))]
    public void Softmax_cross_entropy_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("softmax_cross_entropy").Case(name);
        TensorBuffer<T> logits = @case.Inputs["logits"].ToBuffer<T>();
        TensorBuffer<T> distributions = @case.Inputs.TryGetValue("target_probs", out GoldenTensor? tensor) ? tensor.ToBuffer<T>() : new TensorBuffer<T>(0, 0);
        Targets<T> targets = @case.Text("target") == "indices" ? @case.Inputs["targets"].Indices() : distributions.View;
        @case.AssertOutput("loss", SoftmaxCrossEntropy.Forward(logits.View, targets));
        TensorBuffer<T> gradient = Poisoned(logits);
        SoftmaxCrossEntropy.Backward(logits.View, targets, GradLoss(@case), gradient.View);
        @case.AssertGradient("logits", gradient.View.AsReadOnly());
    }

    /// <summary>Sums, rows one by one, label smoothing and ignored rows come later; whatever else is in the file must run.</summary>
    [Fact]
    public void The_number_of_cases_that_run_is_known()
    {
        int beyondFloat = typeof(T) == typeof(float) ? 1 : 0;
        Assert.Equal((11 - beyondFloat, 9 - beyondFloat, 36), (SquaredCases.Count, CategoricalCases.Count, GoldenFile.Load("softmax_cross_entropy").Cases.Count));
        Assert.Equal(typeof(T) == typeof(float) ? 12 : 15, FusedCases.Count);
    }

    private static bool IsExpressible(string name)
    {
        GoldenCase @case = GoldenFile.Load("softmax_cross_entropy").Case(name);
        bool ignores = @case.Inputs.TryGetValue("targets", out GoldenTensor? targets) && targets.Indices().Any(target => target == @case.WholeNumber("ignore_index"));
        return @case.Text("reduction") == "mean" && @case.Number("label_smoothing") == 0 && !ignores;
    }

    private static T GradLoss(GoldenCase @case) => T.CreateTruncating(@case.Upstream["loss"].Scalar);

    private static TensorBuffer<T> OneHot(int[] classes, int count)
    {
        var targets = new TensorBuffer<T>(classes.Length, count);
        for (int row = 0; row < classes.Length; row++)
        {
            targets.View[row, classes[row]] = T.One;
        }

        return targets;
    }

    private static TensorBuffer<T> Poisoned(TensorBuffer<T> like)
    {
        var buffer = new TensorBuffer<T>(like.Rows, like.Columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}

public sealed class LossFloatGoldenTests : LossGoldenTests<float>;

public sealed class LossDoubleGoldenTests : LossGoldenTests<double>;
