using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of the normalizations and of the embedding.</summary>
public abstract class NormalizationGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> LayerCases => GoldenFile.Load("layer_norm").CasesFor<T>();

    public static TheoryData<string> RootMeanSquareCases => GoldenFile.Load("sequences/rms_norm").CasesFor<T>();

    public static TheoryData<string> BatchCases => GoldenFile.Load("batch_norm").CasesFor<T>();

    public static TheoryData<string> EmbeddingCases => GoldenFile.Load("embedding").CasesFor<T>();

    [Theory]
    [MemberData(nameof(LayerCases))]
    public void Layer_normalization_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("layer_norm").Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        bool isAffine = @case.Inputs.ContainsKey("gamma");
        TensorBuffer<T> gamma = isAffine ? @case.Inputs["gamma"].ToBuffer<T>() : new(0, 0);
        TensorBuffer<T> beta = isAffine ? @case.Inputs["beta"].ToBuffer<T>() : new(0, 0);
        TensorBuffer<T> y = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> statistics = Poisoned(x.Rows, 2);
        LayerNorm.Forward(x.View, gamma.View, beta.View, y.View, statistics.View, @case.Number("eps"));
        @case.AssertOutput("y", y.View.AsReadOnly());

        TensorBuffer<T> gradOutput = @case.Upstream["y"].ToBuffer<T>();
        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> gradGamma = Poisoned(gamma.Rows, gamma.Columns);
        TensorBuffer<T> gradBeta = Poisoned(beta.Rows, beta.Columns);
        LayerNorm.Backward(x.View, gamma.View, statistics.View, gradOutput.View, gradInput.View, gradGamma.View, gradBeta.View);
        @case.AssertGradient("x", gradInput.View.AsReadOnly());
        if (isAffine)
        {
            @case.AssertGradient("gamma", gradGamma.View.AsReadOnly());
            @case.AssertGradient("beta", gradBeta.View.AsReadOnly());
        }
    }

    [Theory]
    [MemberData(nameof(RootMeanSquareCases))]
    public void Normalization_by_the_root_mean_square_equals_the_formula(string name)
    {
        GoldenCase @case = GoldenFile.Load("sequences/rms_norm").Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        bool isAffine = @case.Flag("affine");
        TensorBuffer<T> gamma = isAffine ? @case.Inputs["gamma"].ToBuffer<T>() : new(0, 0);
        TensorBuffer<T> y = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> coefficients = Poisoned(x.Rows, 1);
        RmsNorm.Forward(x.View, gamma.View, y.View, coefficients.View, @case.Number("eps"));
        @case.AssertOutput("y", y.View.AsReadOnly());
        @case.AssertOutput("rrms", coefficients.Span.AsView(1, x.Rows).AsReadOnly());

        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> gradGamma = Poisoned(gamma.Rows, gamma.Columns);
        RmsNorm.Backward(
            x.View, gamma.View, coefficients.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View, gradGamma.View);
        @case.AssertGradient("x", gradInput.View.AsReadOnly());
        if (isAffine)
        {
            @case.AssertGradient("gamma", gradGamma.View.AsReadOnly());
        }
    }

    /// <summary>The squares of 1, 2, 3 and 6 units overflow or vanish in their type; their mean is 12.5 square units.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(-0.9)]
    public void A_row_at_the_ends_of_the_range_is_normalized_by_its_root_mean_square(double partOfRange)
    {
        double unit = Math.Pow(typeof(T) == typeof(float) ? 1e38 : 1e307, partOfRange);
        T[] x = [.. ((double[])[1, 2, 3, 6]).Select(part => T.CreateTruncating(part * unit))];
        T[] y = new T[4], r = new T[1], gradInput = new T[4], g = [T.One, T.Zero, T.Zero, T.Zero];
        RmsNorm.Forward<T>(x, default, y.AsView(), r.AsView(), epsilon: 0);
        RmsNorm.Backward<T>(x, default, r, g, gradInput.AsView(), default);
        for (int i = 0; i < 4; i++)
        {
            double expected = (i == 0 ? 1 : 0) - (new[] { 1, 2, 3, 6 }[i] / 50.0);
            Assert.Equal(new[] { 1, 2, 3, 6 }[i] / Math.Sqrt(12.5), double.CreateTruncating(y[i]), 1e-6);
            Assert.Equal(expected / Math.Sqrt(12.5), double.CreateTruncating(gradInput[i]) * unit, 1e-5);
        }
    }

    /// <summary>Inference has no backward pass here: those gradients of PyTorch are left out.</summary>
    [Theory]
    [MemberData(nameof(BatchCases))]
    public void Batch_normalization_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("batch_norm").Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        TensorBuffer<T> gamma = @case.Inputs["gamma"].ToBuffer<T>();
        TensorBuffer<T> beta = @case.Inputs["beta"].ToBuffer<T>();
        TensorBuffer<T> mean = @case.Inputs["running_mean"].ToBuffer<T>();
        TensorBuffer<T> variance = @case.Inputs["running_var"].ToBuffer<T>();
        TensorBuffer<T> y = Poisoned(x.Rows, x.Columns);
        if (!@case.Flag("training"))
        {
            BatchNorm.Infer(x.View, gamma.View, beta.View, mean.View, variance.View, y.View, @case.Number("eps"));
            @case.AssertOutput("y", y.View.AsReadOnly());
            return;
        }

        TensorBuffer<T> statistics = Poisoned(2, x.Columns);
        BatchNorm.Forward(
            x.View, gamma.View, beta.View, y.View, statistics.View, mean.View,
            variance.View, @case.Number("momentum"), @case.Number("eps"));
        @case.AssertOutput("y", y.View.AsReadOnly());
        @case.AssertOutput("running_mean", mean.View.AsReadOnly());
        @case.AssertOutput("running_var", variance.View.AsReadOnly());
        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> gradGamma = Poisoned(1, x.Columns);
        TensorBuffer<T> gradBeta = Poisoned(1, x.Columns);
        BatchNorm.Backward(
            x.View, gamma.View, statistics.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View, gradGamma.View, gradBeta.View);
        @case.AssertGradient("x", gradInput.View.AsReadOnly());
        @case.AssertGradient("gamma", gradGamma.View.AsReadOnly());
        @case.AssertGradient("beta", gradBeta.View.AsReadOnly());
    }

    /// <summary>
    /// Tensors of indices of any shape are a matrix of positions here, and the vectors of
    /// a row lie side by side: the same numbers in the same order.
    /// </summary>
    [Theory]
    [MemberData(nameof(EmbeddingCases))]
    public void Embedding_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("embedding").Case(name);
        TensorBuffer<T> table = @case.Inputs["weight"].ToBuffer<T>();
        TensorBuffer<T> indices = @case.Inputs["indices"].ToBuffer<T>();
        int width = indices.Columns * table.Columns;
        TensorBuffer<T> y = Poisoned(indices.Rows, width);
        Embedding.Forward(indices.View, table.View, y.View);
        AssertFlat(@case, "output y", @case.Outputs["y"], y);

        var gradOutput = new TensorBuffer<T>(indices.Rows, width);
        for (int i = 0; i < gradOutput.Length; i++)
        {
            gradOutput.Span[i] = T.CreateTruncating(@case.Upstream["y"].Data[i]);
        }

        double padding = @case.Number("padding_idx", -1);
        TensorBuffer<T> gradTable = Poisoned(table.Rows, table.Columns);
        Embedding.Backward(indices.View, gradOutput.View, gradTable.View, padding < 0 ? null : (int)padding);
        AssertFlat(@case, "gradient of weight", @case.Gradients["weight"], gradTable);
    }

    [Fact]
    public void The_number_of_cases_that_run_is_known() => Assert.Equal(
        typeof(T) == typeof(float) ? (10, 11, 7, 9) : (13, 12, 7, 10),
        (LayerCases.Count, BatchCases.Count, EmbeddingCases.Count, RootMeanSquareCases.Count));

    private static void AssertFlat(GoldenCase @case, string what, GoldenTensor expected, TensorBuffer<T> actual)
    {
        Assert.Equal(expected.Data.Count, actual.Length);
        Tolerance tolerance = typeof(T) == typeof(float) ? Tolerance.OfSinglePrecision : @case.Tolerance;
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(
                GoldenCase.IsClose(expected.Data[i], double.CreateTruncating(actual.Span[i]), tolerance),
                $"{@case.Name}, {what}: element {i} is {actual.Span[i]:R}, expected {expected.Data[i]:R}.");
        }
    }

    private static TensorBuffer<T> Poisoned(int rows, int columns)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}

public sealed class NormalizationFloatGoldenTests : NormalizationGoldenTests<float>;

public sealed class NormalizationDoubleGoldenTests : NormalizationGoldenTests<double>;
