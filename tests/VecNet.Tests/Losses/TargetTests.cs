namespace VecNet.Tests;

/// <summary>What losses refuse, by name, and before they write.</summary>
public sealed class TargetTests
{
    private static readonly double[,] Prediction = { { 0.2, 0.3, 0.5 }, { 0.1, 0.8, 0.1 } };

    private delegate void Loss(ReadOnlyTensorView<double> prediction, Targets<double> targets, TensorView<double> gradient);

    private static readonly Dictionary<string, Loss> Losses = new()
    {
        ["MeanSquaredError"] = (p, t, g) => new MeanSquaredError<double>().ForwardBackward(p, t, g),
        ["MeanSquaredError.Backward"] = (p, t, g) => new MeanSquaredError<double>().Backward(p, t, g),
        ["CategoricalCrossEntropy"] = (p, t, g) => new CategoricalCrossEntropy<double>().ForwardBackward(p, t, g),
        ["CategoricalCrossEntropy.Backward"] = (p, t, g) => new CategoricalCrossEntropy<double>().Backward(p, t, g),
        ["SoftmaxCrossEntropy"] = (p, t, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, t, g),
        ["SoftmaxCrossEntropy.Backward"] = (p, t, g) => new SoftmaxCrossEntropy<double>().Backward(p, t, g),
    };

    public static TheoryData<string> All => [.. Losses.Keys];

    public static TheoryData<string> OfClasses => [.. Losses.Keys.Where(name => !name.StartsWith('M'))];

    [Theory]
    [MemberData(nameof(OfClasses))]
    public void A_class_out_of_range_names_row_and_number(string loss)
    {
        foreach (int wrong in new[] { 3, 99, -1, int.MinValue, int.MaxValue })
        {
            int[] classes = [0, wrong];
            double[] gradient = Untouched();
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => Losses[loss](Prediction, classes, gradient.AsView(2, 3)));
            Assert.Contains("row 1", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"{wrong}", exception.Message, StringComparison.Ordinal);
            Assert.Contains("3 classes", exception.Message, StringComparison.Ordinal);
            Assert.Equal(Untouched(), gradient);
        }
    }

    [Theory]
    [MemberData(nameof(OfClasses))]
    public void A_wrong_number_of_classes_names_both_numbers(string loss)
    {
        double[] gradient = Untouched();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Losses[loss](Prediction, new[] { 0, 1, 2 }, gradient.AsView(2, 3)));
        Assert.Contains("3 target classes for 2 rows", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Untouched(), gradient);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Targets_of_another_shape_are_named_with_both_shapes(string loss)
    {
        double[] gradient = Untouched();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Losses[loss](Prediction, new double[3, 2], gradient.AsView(2, 3)));
        Assert.Contains("3×2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2×3", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Untouched(), gradient);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_gradient_of_another_shape_is_named_with_both_shapes(string loss)
    {
        double[] gradient = Untouched();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Losses[loss](Prediction, new double[2, 3], gradient.AsView(3, 2)));
        Assert.Contains("3×2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2×3", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Untouched(), gradient);
    }

    [Fact]
    public void Squares_of_class_indices_are_refused()
    {
        double[] gradient = Untouched();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new MeanSquaredError<double>().Backward(Prediction, new[] { 0, 1 }, gradient.AsView(2, 3)));
        Assert.Contains("MeanSquaredError", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MeanSquaredError<double>().Forward(Prediction, new[] { 0, 1 }));
        Assert.Equal(Untouched(), gradient);
    }

    [Fact]
    public void The_fused_gradient_may_not_lie_on_its_sources()
    {
        double[] memory = [0.2, 0.3, 0.5, 0.1, 0.8, 0.1, 0, 0, 0];
        double[] before = [.. memory];
        Assert.Throws<ArgumentException>(
            () => new SoftmaxCrossEntropy<double>().Backward(memory.AsView(2, 3), new[] { 0, 1 }, memory.AsView(2, 3)));
        Assert.Throws<ArgumentException>(
            () => new SoftmaxCrossEntropy<double>().Backward(memory.AsView(2, 3), new[] { 0, 1 }, memory.AsSpan(3).AsView(2, 3)));
        Assert.Throws<ArgumentException>(
            () => new SoftmaxCrossEntropy<double>().Backward(Prediction, memory.AsView(2, 3), memory.AsView(2, 3)));
        Assert.Equal(before, memory);
    }

    [Theory]
    [MemberData(nameof(OfClasses))]
    public void Targets_of_zero_contribute_nothing_whatever_the_prediction(string loss)
    {
        if (loss.StartsWith('C'))
        {
            double[] gradient = new double[3];
            Losses[loss](new[] { 0.0, 1.0, 0.0 }, new[] { 0.0, 1.0, 0.0 }, gradient);
            Assert.Equal([0, -1, 0], gradient);
            Assert.Equal(0, new CategoricalCrossEntropy<double>().Forward(new[] { 0.0, 1.0, 0.0 }, new[] { 0.0, 1.0, 0.0 }));
        }
        else
        {
            double[] gradient = new double[3];
            double[] logits = [double.NegativeInfinity, 2, double.NegativeInfinity];
            Losses[loss](logits, new[] { 0.0, 1.0, 0.0 }, gradient);
            Assert.Equal([0, 0, 0], gradient);
            Assert.Equal(0, new SoftmaxCrossEntropy<double>().Forward(logits, new[] { 0.0, 1.0, 0.0 }));
        }
    }

    [Fact]
    public void No_row_at_all_is_NaN()
    {
        Assert.Equal(double.NaN, new MeanSquaredError<double>().Forward(new double[0, 3], new double[0, 3]));
        Assert.Equal(double.NaN, new CategoricalCrossEntropy<double>().Forward(new double[0, 3], Array.Empty<int>()));
        Assert.Equal(double.NaN, new SoftmaxCrossEntropy<double>().Forward(new double[0, 3], Array.Empty<int>()));
    }

    private static double[] Untouched() => [7, 7, 7, 7, 7, 7];
}
