using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Decimal numbers of any length are compared as they are written, not as the doubles that are next to them.</summary>
public sealed class DecimalNumberTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("007", "7")]
    [InlineData("1E2", "100")]
    [InlineData("+1.5e-3", " 0.0015 ")]
    [InlineData("-0", "0.000e5")]
    [InlineData(".5", "5.e-1")]
    [InlineData("1e400", "10e399")]
    [InlineData("1e0000000000000000000000002", "100")]
    [InlineData("9007199254740993", "9007199254740993.000")]
    public void One_number_is_written_in_many_ways(string one, string other)
    {
        Assert.Equal(Parse(one), Parse(other));
        Assert.Equal(Parse(one).GetHashCode(), Parse(other).GetHashCode());
        Assert.Equal(0, Parse(one).CompareTo(Parse(other)));
    }

    [Theory]
    [InlineData("9007199254740992", "9007199254740993")]
    [InlineData("1e400", "1e999")]
    [InlineData("-1e999", "-1e400")]
    [InlineData("1e-999", "1e-400")]
    [InlineData("0.1", "0.1000000000000000000000000000000001")]
    [InlineData("-1", "0")]
    [InlineData("0", "1e-1000")]
    [InlineData("9", "10")]
    [InlineData("-10", "-9")]
    public void A_smaller_one_is_smaller(string smaller, string larger)
    {
        Assert.True(Parse(smaller) < Parse(larger)
            && Parse(smaller) <= Parse(larger)
            && Parse(larger) > Parse(smaller)
            && Parse(larger) >= Parse(smaller));
        Assert.NotEqual(Parse(smaller), Parse(larger));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e5.0")]
    [InlineData("1 2")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    [InlineData("1\0")]
    [InlineData("1e5\0")]
    [InlineData("١")]
    [InlineData("1e99999999999999999999")]
    public void What_is_no_number_is_none(string text) => Assert.False(DecimalNumber.TryParse(text, out _));

    /// <summary>Integers, moved by powers of ten, against exact arithmetic.</summary>
    [Property]
    public void The_order_is_that_of_exact_arithmetic(long x, long y, byte xZeros, byte yZeros)
    {
        string Text(long value, int zeros) => value.ToString(CultureInfo.InvariantCulture) + new string('0', zeros) + $"e-{zeros % 3}";
        BigInteger Value(long value, int zeros) => value * BigInteger.Pow(10, zeros - (zeros % 3) + 2);
        (int first, int second) = (xZeros % 20, yZeros % 20);
        Assert.Equal(
            Value(x, first).CompareTo(Value(y, second)), Parse(Text(x, first)).CompareTo(Parse(Text(y, second))));
    }

    [Property]
    public void What_a_double_writes_is_read_and_ordered(double x, double y)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
        {
            Assert.Equal(
                x.CompareTo(y),
                Parse(x.ToString("R", CultureInfo.InvariantCulture)).CompareTo(Parse(y.ToString("R", CultureInfo.InvariantCulture))));
        }
    }

    [Fact]
    public void A_million_digits_are_compared_like_any()
    {
        string nines = new('9', 1_000_000);
        Assert.Equal(Parse(nines), Parse($"{nines}.{new string('0', 1_000_000)}"));
        Assert.True(Parse(nines) < Parse("1e1000000"));
    }

    private static DecimalNumber Parse(string text)
    {
        Assert.True(DecimalNumber.TryParse(text, out DecimalNumber number), text);
        return number;
    }
}
