using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of the losses.</summary>
public abstract class LossGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> SquaredCases => GoldenFile.Load("mse").CasesFor<T>();

    public static TheoryData<string> CategoricalCases => GoldenFile.Load("cross_entropy_probs").CasesFor<T>();

    public static TheoryData<string> FusedCases =>
        [.. ((IEnumerable<TheoryDataRow<string>>)GoldenFile.Load("softmax_cross_entropy").CasesFor<T>())
            .Select(row => row.Data)
            .Where(name => IsExpressible("softmax_cross_entropy", name))];

    /// <summary>
    /// The losses that are made from the parameters of a golden case, by the names of their files; the others have tests of their own.
    /// </summary>
    private static readonly Dictionary<string, LossEntry<T>> Elements =
        OperationCatalog<T>.Losses.Where(loss => loss.FromGolden is not null).ToDictionary(loss => loss.Golden.File!);

    public static TheoryData<string, string> ElementCases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string file in Elements.Keys)
            {
                foreach (TheoryDataRow<string> row in (IEnumerable<TheoryDataRow<string>>)GoldenFile.Load(file).CasesFor<T>())
                {
                    if (IsExpressible(file, row.Data))
                    {
                        rows.Add(file, row.Data);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(SquaredCases))]
    public void Mean_squared_error_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("mse").Case(name);
        TensorBuffer<T> prediction = @case.Inputs["y_pred"].ToBuffer<T>();
        TensorBuffer<T> targets = @case.Inputs["y_true"].ToBuffer<T>();
        @case.AssertOutput("loss", new MeanSquaredError<T>().Forward(prediction.View, targets.View));
        TensorBuffer<T> gradient = Poisoned(prediction);
        new MeanSquaredError<T>().Backward(prediction.View, targets.View, GradLoss(@case), gradient.View);
        @case.AssertGradient("y_pred", gradient.View.AsReadOnly());

        // The file has halved squares; PyTorch's own loss is twice that, bit for bit.
        var whole = new MeanSquaredError<T>(halved: false);
        T halved = new MeanSquaredError<T>().Forward(prediction.View.AsReadOnly(), targets.View);
        Assert.Equal(T.CreateTruncating(2) * halved, whole.Forward(prediction.View.AsReadOnly(), targets.View));
        TensorBuffer<T> twice = Poisoned(prediction);
        whole.Backward(prediction.View, targets.View, GradLoss(@case), twice.View);
        Elementwise.Scale(gradient.View, T.CreateTruncating(2), gradient.View);
        Bits.AssertSame<T>(gradient.View, twice.View, "twice the gradient");
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
            @case.AssertOutput("loss", new CategoricalCrossEntropy<T>().Forward(probabilities.View, targets));
            TensorBuffer<T> gradient = Poisoned(probabilities);
            new CategoricalCrossEntropy<T>().Backward(probabilities.View, targets, GradLoss(@case), gradient.View);
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
        TensorBuffer<T> distributions = @case.Inputs.TryGetValue("target_probs", out GoldenTensor? tensor)
            ? tensor.ToBuffer<T>()
            : new TensorBuffer<T>(0, 0);
        bool areClasses = @case.Text("target") == "indices";
        Targets<T> targets = areClasses ? @case.Inputs["targets"].Indices() : distributions.View;
        var loss = new SoftmaxCrossEntropy<T>(
            labelSmoothing: @case.Number("label_smoothing"),
            ignoredClass: areClasses ? @case.WholeNumber("ignore_index") : null,
            reduction: ReductionOf(@case));
        @case.AssertOutput("loss", loss.Forward(logits.View, targets));
        TensorBuffer<T> gradient = Poisoned(logits);
        loss.Backward(logits.View, targets, GradLoss(@case), gradient.View);
        @case.AssertGradient("logits", gradient.View.AsReadOnly());
        if (!IsPlain(@case))
        {
            return;
        }

        @case.AssertOutput("loss", new SoftmaxCrossEntropy<T>().Forward(logits.View, targets));
        gradient = Poisoned(logits);
        new SoftmaxCrossEntropy<T>().Backward(logits.View, targets, GradLoss(@case), gradient.View);
        @case.AssertGradient("logits", gradient.View.AsReadOnly());
    }

    [Theory]
    [MemberData(nameof(ElementCases))]
    public void Losses_of_elements_equal_PyTorch(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load(file).Case(name);
        string predictionName = new[] { "y_pred", "logits", "log_probs" }.First(@case.Inputs.ContainsKey);
        TensorBuffer<T> prediction = @case.Inputs[predictionName].ToBuffer<T>();
        TensorBuffer<T> targets = @case.Inputs[new[] { "y_true", "targets", "target" }.First(@case.Inputs.ContainsKey)].ToBuffer<T>();
        TensorBuffer<T> gradient = Poisoned(prediction);
        ILoss<T> loss = Elements[file].FromGolden!(new GoldenOptions<T>(@case), ReductionOf(@case));
        @case.AssertOutput("loss", loss.ForwardBackward(prediction.View, targets.View, gradient.View));
        @case.AssertOutput("loss", loss.ForwardBackward(prediction.View, targets.View, default));
        if (@case.Gradients.Count == 0)
        {
            return;
        }

        if (@case.Upstream["loss"].Scalar == 1)
        {
            @case.AssertGradient(predictionName, gradient.View.AsReadOnly());
        }

        gradient = Poisoned(prediction);
        loss.Backward(prediction.View, targets.View, GradLoss(@case), gradient.View);
        @case.AssertGradient(predictionName, gradient.View.AsReadOnly());
    }

    /// <summary>
    /// A number for each row is not what a loss of this library returns, nor is PyTorch's
    /// mean over elements of Kullback-Leibler; whatever else is in the files must run.
    /// </summary>
    [Fact]
    public void The_number_of_cases_that_run_is_known()
    {
        bool isFloat = typeof(T) == typeof(float);
        Assert.Equal((isFloat ? 10 : 11, isFloat ? 8 : 9), (SquaredCases.Count, CategoricalCases.Count));
        Assert.Equal((36, isFloat ? 29 : 34), (GoldenFile.Load("softmax_cross_entropy").Cases.Count, FusedCases.Count));
        string[] files = ["bce_with_logits", "huber", "l1", "kl_div"];
        Assert.Equal(
            (59, isFloat ? 43 : 48),
            (files.Sum(file => GoldenFile.Load(file).Cases.Count), ((IEnumerable<TheoryDataRow<string, string>>)ElementCases).Count(
                row => files.Contains(row.Data.Item1))));
    }

    /// <summary>
    /// A loss without choices names its golden file, or says why it has none; the file runs here, by the catalog or by a test of its own.
    /// </summary>
    [Fact]
    public void Every_loss_of_the_catalog_has_its_golden_values_or_a_reason() => Assert.All(OperationCatalog<T>.Losses, loss => Assert.True(
        loss.Golden.File is { } file
            ? Elements.ContainsKey(file) || file is "mse" or "cross_entropy_probs" or "softmax_cross_entropy"
            : loss.Golden.Reason.Length > 0,
        loss.Name));

    private static bool IsExpressible(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load(file).Case(name);
        return @case.Text("reduction") is "sum" or "batchmean" || (@case.Text("reduction") == "mean" && file != "kl_div");
    }

    /// <summary>Whether the loss without choices says the same.</summary>
    private static bool IsPlain(GoldenCase @case)
    {
        bool ignores = @case.Inputs.TryGetValue("targets", out GoldenTensor? targets)
            && targets.Indices().Any(target => target == @case.WholeNumber("ignore_index"));
        return @case.Text("reduction") == "mean" && @case.Number("label_smoothing") == 0 && !ignores;
    }

    private static Reduction ReductionOf(GoldenCase @case) => @case.Text("reduction") == "sum" ? Reduction.Sum : Reduction.Mean;

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
