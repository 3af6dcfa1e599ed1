namespace VecNet.Tests;

/// <summary>The reference itself, against a product done by hand.</summary>
public sealed class MatMulReferenceTests
{
    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Equals_a_product_done_by_hand(Orientation orientation)
    {
        double[,] a = orientation == Orientation.TransposeA
            ? new double[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } }
            : new double[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        double[,] b = orientation == Orientation.TransposeB
            ? new double[,] { { 7, 9, 11 }, { 8, 10, 12 } }
            : new double[,] { { 7, 8 }, { 9, 10 }, { 11, 12 } };
        double[,] start = { { 1, 2 }, { 3, 4 } };
        double[] bias = [10, 20];
        Assert.Equal(
            new double[,] { { 69, 86 }, { 152, 178 } }, MatMulReference.Product<double>(orientation, 2, 2, 3, a, b, start, bias).Value);
        Assert.Equal(
            new long[,] { { 69, 86 }, { 152, 178 } }, MatMulReference.IntegerProduct<double>(orientation, 2, 2, 3, a, b, start, bias));
        Assert.Equal(new double[,] { { 69, 86 }, { 152, 178 } }, MatMulReference.Chain<double>(orientation, 2, 2, 3, a, b, start, bias));
        Assert.Equal(
            new double[,] { { 58, 64 }, { 139, 154 } },
            MatMulReference.Product<double>(orientation, 2, 2, 3, a, b, default, default).Value);
    }

    [Fact]
    public void Carries_the_rounding_errors_that_a_plain_sum_loses()
    {
        double[] a = [1e16, 1, -1e16];
        double[] b = [1, 1, 1];
        (double[,] value, double[,] magnitude) = MatMulReference.Product<double>(
            Orientation.Plain, 1, 1, 3, a.AsView(1, 3), b.AsView(3, 1), default, default);
        Assert.Equal(1, value[0, 0]);
        Assert.Equal(2e16 + 1, magnitude[0, 0]);
    }
}
