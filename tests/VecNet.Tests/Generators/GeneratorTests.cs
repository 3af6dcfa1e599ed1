using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The generators are tools: what the other tests believe about them is held here.</summary>
public sealed class GeneratorTests
{
    [Fact]
    public void Sizes_meet_the_places_where_kernels_change_their_path()
    {
        int width = Vector<float>.Count;
        int[] sizes = [.. Size.Interesting(sizeof(float)).Sample(5000)];
        foreach (int wanted in new[] { 0, 1, width - 1, width, width + 1, 5, 6, 7, 15, 16, 17, 63, 64, 65, 70 })
        {
            Assert.Contains(wanted, sizes);
        }
    }

    [Property]
    public void Shrinking_ends(Size size)
    {
        for (int steps = 0; size.Value > 0; steps++)
        {
            Assert.True(steps < 200, "Shrinking goes in circles.");
            Assert.All(Size.Shrink(size.Value), smaller => Assert.InRange(smaller, 0, size.Value - 1));
            size = new(Size.Shrink(size.Value).Last());
        }
    }

    [Property]
    public void A_matrix_is_the_same_each_time_and_in_each_layout(Matrix<float, Wild> matrix)
    {
        Bits.AssertSame<float>(matrix.Owned().View, matrix.Owned().View, "again");
        Bits.AssertSame<float>(matrix.Owned().View, matrix.Strided().View, "strided");
    }

    [Fact]
    public void Values_are_what_their_names_say()
    {
        double[] ordinary = Sample<double, Ordinary>();
        Assert.All(ordinary, x => Assert.InRange(x, -3, 3));
        Assert.Contains(ordinary, x => x == 0 && double.IsNegative(x));
        Assert.All(Sample<float, Integers>(), x => Assert.Equal(x, MathF.Round(x)));
        float[] extreme = Sample<float, Extreme>();
        Assert.All(extreme, x => Assert.True(float.IsFinite(x)));
        Assert.Contains(extreme, x => x != 0 && float.IsSubnormal(x));
        Assert.Contains(float.MaxValue, extreme);
        Assert.Contains(extreme, x => x == 0 && float.IsNegative(x));
        float[] wild = Sample<float, Wild>();
        Assert.Contains(wild, float.IsNaN);
        Assert.Contains(float.NegativeInfinity, wild);
    }

    /// <summary>Right before and right after the matrix, between its rows, and at both ends of the memory.</summary>
    [Theory]
    [InlineData(-19)]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(33)]
    public void A_canary_that_is_overwritten_is_found(int place)
    {
        var matrix = new StridedMatrix<float>(3, 4, 1);
        matrix.AssertCanariesAlive();
        matrix.View.Fill(1);
        matrix.AssertCanariesAlive();
        Unsafe.Add(ref matrix.View[0, 0], place) = 1;
        Assert.ThrowsAny<Exception>(matrix.AssertCanariesAlive);
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("", 200)]
    [InlineData("5000", 5000)]
    public void The_number_of_cases_follows_the_variable(string? text, int expected) =>
        Assert.Equal(expected, VecNetPropertiesAttribute.CasesFrom(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("many")]
    public void A_senseless_number_of_cases_is_refused(string text) =>
        Assert.Throws<InvalidOperationException>(() => VecNetPropertiesAttribute.CasesFrom(text));

    private static T[] Sample<T, TValues>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TValues : struct, IValues => new Matrix<T, TValues>(new(40, 50), 0, 1).Owned().Span.ToArray();
}
