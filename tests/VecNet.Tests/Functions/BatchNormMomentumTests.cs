namespace VecNet.Tests;

/// <summary>Running statistics follow by a part and keep the rest: neither is 1 minus the other as float has rounded it.</summary>
public sealed class BatchNormMomentumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(3e-8)]
    [InlineData(0.1)]
    [InlineData(0.7)]
    [InlineData(1 - 1e-9)]
    [InlineData(1)]
    public void Running_statistics_are_the_formula_rounded_once(double momentum)
    {
        (float mean, float variance) = (1e10f, 3e10f);
        (float[] runningMean, float[] runningVariance) = ([mean], [variance]);
        BatchNorm.Forward<float>(
            new[] { 3f, 5f }.AsView(2, 1), new[] { 1f }.AsView(), new[] { 0f }.AsView(),
            new float[2].AsView(2, 1), new float[2].AsView(2, 1), runningMean.AsView(), runningVariance.AsView(), momentum);
        Assert.Equal((float)(((1 - momentum) * mean) + (momentum * 4)), runningMean[0]);
        Assert.Equal((float)(((1 - momentum) * variance) + (momentum * 2)), runningVariance[0]);
    }
}
