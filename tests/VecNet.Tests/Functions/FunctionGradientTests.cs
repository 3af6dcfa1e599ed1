using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The backward pass of every function is the derivative of its forward pass.</summary>
[GradientProperties]
public sealed class FunctionGradientTests
{
    public static TheoryData<string> Functions => [.. FunctionChecks.Functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_of_one_tensor_by_its_input(string name) => GradientPropertiesAttribute.ForAll(c =>
        GradientAssert.Proves(FunctionChecks.Of(name, c), FunctionChecks.IsConstant(name, c)));

    [Property]
    public void LayerNorm_by_its_input(GradientCase c) =>
        GradientAssert.Proves(NormalizationChecks.OfLayerNormInput(c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void LayerNorm_by_its_scale(GradientCase c) =>
        GradientAssert.Proves(NormalizationChecks.OfLayerNormScale(c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void LayerNorm_by_its_shift(GradientCase c) => GradientAssert.Proves(NormalizationChecks.OfLayerNormShift(c), c.Rows == 0);

    [Property]
    public void LayerNorm_by_its_input_without_scale(GradientCase c) =>
        GradientAssert.Proves(NormalizationChecks.OfPlainLayerNormInput(c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void BatchNorm_by_its_input(GradientCase c) => GradientAssert.Proves(NormalizationChecks.OfBatchNormInput(c));

    [Property]
    public void BatchNorm_by_its_scale(GradientCase c) => GradientAssert.Proves(NormalizationChecks.OfBatchNormScale(c));

    [Fact]
    public void BatchNorm_of_two_rows_that_were_equal_by_chance() => BatchNorm_by_its_scale(new(0, 1, 1, 1906708475));

    [Fact]
    public void BatchNorm_of_two_rows_whose_upstream_was_equal_by_chance() => BatchNorm_by_its_input(new(0, 1, 1, 432666980));

    [Fact]
    public void LayerNorm_of_two_columns_that_were_equal_by_chance() => LayerNorm_by_its_scale(new(1, 2, 1, 1596893714));

    [Property]
    public void BatchNorm_by_its_shift(GradientCase c) => GradientAssert.Proves(NormalizationChecks.OfBatchNormShift(c));

    [Property]
    public void Embedding_by_its_table(GradientCase c) => GradientAssert.Proves(NormalizationChecks.OfEmbedding(c), c.Rows == 0);

    [Property]
    public void Dropout_by_its_input_with_the_mask_of_forward(GradientCase c)
    {
        bool everythingDropped = !FunctionChecks.DropoutMask(c).Span.ContainsAnyExcept(0.0);
        GradientAssert.Proves(FunctionChecks.OfDropout(c), everythingDropped);
    }

    [Property]
    public void Fully_connected_by_its_input(GradientCase c)
    {
        bool weightsAreZero = !FunctionChecks.Weights(c).Span.ContainsAnyExcept(0.0);
        GradientAssert.Proves(FunctionChecks.OfFullyConnectedInput(c), trueGradientIsZero: c.Rows == 0 || weightsAreZero);
    }

    [Property]
    public void Fully_connected_by_its_weights(GradientCase c) =>
        GradientAssert.Proves(FunctionChecks.OfFullyConnectedWeights(c), c.Rows == 0);

    [Property]
    public void Fully_connected_by_its_bias(GradientCase c) => GradientAssert.Proves(FunctionChecks.OfFullyConnectedBias(c), c.Rows == 0);
}
