using System.Numerics;

namespace VecNet.Tests;

/// <summary>tanh near 0, where it is x: a network's tanh must not have a sign or a size of its own there.</summary>
public abstract class TanhTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Zero_stays_zero(int count)
    {
        T[] zeros = new T[count];
        T[] y = new T[count];
        Tanh.Forward<T>(zeros, y);
        Assert.Equal(zeros, y);
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e-5)]
    [InlineData(-1e-3)]
    [InlineData(-0.1)]
    public void Small_numbers_keep_their_digits(double value)
    {
        T[] x = new T[40];
        Array.Fill(x, T.CreateChecked(value));
        T[] y = new T[40];
        Tanh.Forward<T>(x, y);
        double expected = Math.Tanh(double.CreateChecked(x[0]));
        double unit = typeof(T) == typeof(float) ? double.Exp2(-24) : double.Exp2(-53);
        Assert.Equal(expected, double.CreateChecked(y[0]), 16 * unit * Math.Abs(expected));
        Assert.Equal(expected, double.CreateChecked(y[^1]), 16 * unit * Math.Abs(expected));
    }
}

public sealed class TanhFloatTests : TanhTests<float>;

public sealed class TanhDoubleTests : TanhTests<double>;
