using Xunit.Sdk;

namespace VecNet.Tests;

public sealed class GoldenFileTests
{
    public static TheoryData<string> Files => [.. GoldenFile.Names];

    [Fact]
    public void Every_file_of_the_first_operations_is_here()
    {
        string[] expected =
        [
            "dropout", "linear", "matmul", "mlp", "mlp_training", "optimizer_momentum", "optimizer_nesterov",
            "optimizer_sgd", "worked_example", "layer_norm", "batch_norm", "embedding",
            .. OperationCatalog<double>.Functions
                .Select(function => function.Golden.File)
                .Concat(OperationCatalog<double>.Losses.Select(loss => loss.Golden.File))
                .OfType<string>(),
        ];
        Assert.Empty(expected.Except(GoldenFile.Names));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_is_whole(string name)
    {
        GoldenFile file = GoldenFile.Load(name);
        Assert.NotEmpty(file.Description);
        Assert.NotEmpty(file.Cases);
        Assert.Equal(file.Cases.Count, file.Cases.Select(@case => @case.Name).Distinct().Count());
        foreach (GoldenCase @case in file.Cases)
        {
            // Rates depend on nothing but time.
            Assert.True(@case.Inputs.Count > 0 || name == "lr_schedule", $"{@case.Name} has no inputs.");
            Assert.NotEmpty(@case.Outputs);
            foreach ((string input, GoldenTensor gradient) in @case.Gradients)
            {
                Assert.Equal(@case.Inputs[input].Shape, gradient.Shape);
            }

            foreach ((string output, GoldenTensor upstream) in @case.Upstream)
            {
                Assert.Equal(@case.Outputs[output].Shape, upstream.Shape);
            }
        }
    }

    [Fact]
    public void Spelled_out_values_are_read()
    {
        Assert.Contains(double.NaN, GoldenFile.Load("matmul").Case("NN_nan_times_zero_2x2x2").Outputs["C"].Data);
        Assert.Contains(double.PositiveInfinity, GoldenFile.Load("linear").Case("overflow_to_infinity").Outputs["y"].Data);
        Assert.Contains(GoldenFile.Load("linear").Case("subnormals").Outputs["y"].Data, x => x != 0 && double.IsSubnormal(x));
    }

    [Theory]
    [InlineData(1.0, 1.0 + 0.9e-3, true)]
    [InlineData(1.0, 1.0 + 1.2e-3, false)]
    [InlineData(0.0, 0.9e-4, true)]
    [InlineData(0.0, 1.1e-4, false)]
    [InlineData(0.0, -0.0, true)]
    [InlineData(double.NaN, double.NaN, true)]
    [InlineData(double.NaN, 1.0, false)]
    [InlineData(1.0, double.NaN, false)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, false)]
    [InlineData(double.PositiveInfinity, double.MaxValue, false)]
    [InlineData(1.0, double.PositiveInfinity, false)]
    public void Values_are_compared_by_the_rule(double expected, double actual, bool close) =>
        Assert.Equal(close, GoldenCase.IsClose(expected, actual, new Tolerance(Relative: 1e-3, Absolute: 1e-4)));

    [Fact]
    public void A_difference_names_file_case_tensor_element_and_both_values()
    {
        GoldenCase @case = GoldenFile.Load("matmul").Case("NN_integers_exact_19x23x11");
        TensorBuffer<double> actual = @case.Outputs["C"].ToBuffer<double>();
        @case.AssertOutput("C", actual.View.AsReadOnly());

        double expected = actual.View[7, 5];
        actual.View[7, 5] += 0.5;
        FailException exception = Assert.Throws<FailException>(() => @case.AssertOutput("C", actual.View.AsReadOnly()));
        foreach (string part in new[] { "matmul.json", @case.Name, "output C", "(7, 5)", $"{expected:R}", $"{expected + 0.5:R}" })
        {
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_wrong_shape_is_a_difference()
    {
        GoldenCase @case = GoldenFile.Load("matmul").Case("NN_basic_3x4x2");
        double[] data = [.. @case.Outputs["C"].Data];
        FailException exception = Assert.Throws<FailException>(() => @case.AssertOutput("C", data.AsView(2, 3).AsReadOnly()));
        Assert.Contains("2×3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Float_code_is_spared_what_float_cannot_hold()
    {
        GoldenFile file = GoldenFile.Load("linear");
        TheoryDataRow<string>[] names = [.. file.CasesFor<float>()];
        Assert.DoesNotContain(names, row => row.Data is "subnormals" or "overflow_to_infinity");
        Assert.Equal(file.Cases.Count - 2, names.Length);
        Assert.Equal(file.Cases.Count, file.CasesFor<double>().Count);
    }
}
