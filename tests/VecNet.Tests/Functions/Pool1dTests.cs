using System.Numerics;

namespace VecNet.Tests;

/// <summary>Pooling over windows against plain loops, with every padding, stride and dilation.</summary>
public abstract class Pool1dTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Offsets = [0, 5, 5, 6, 13, 15];

    public static TheoryData<PoolingMode, Conv1dPadding, int, int, int> Windows =>
    [
        .. from mode in (PoolingMode[])[PoolingMode.Max, PoolingMode.Mean]
           from padding in Enum.GetValues<Conv1dPadding>()
           from kernel in (int[])[1, 2, 3, 8]
           from stride in (int[])[1, 2, 3]
           from dilation in (int[])[1, 2]
           select new TheoryDataRow<PoolingMode, Conv1dPadding, int, int, int>(mode, padding, kernel, stride, dilation),
    ];

    [Theory]
    [MemberData(nameof(Windows))]
    public void Values_and_gradients_are_those_of_plain_loops(
        PoolingMode mode, Conv1dPadding padding, int kernel, int stride, int dilation)
    {
        const int Columns = 3;
        var options = new Conv1dOptions { KernelSize = kernel, Padding = padding, Stride = stride, Dilation = dilation };
        int[] outputOffsets = new int[Offsets.Length];
        Conv1d.GetOutputOffsets(new(Offsets), outputOffsets, options);
        TensorBuffer<T> x = Numbers(Offsets[^1], Columns, 1), g = Numbers(outputOffsets[^1], Columns, 2);
        var y = new TensorBuffer<T>(outputOffsets[^1], Columns);
        var gradient = new TensorBuffer<T>(Offsets[^1], Columns);
        gradient.Span.Fill(T.NaN);
        Pool1d.Forward(x.View, new(Offsets), y.View, options, mode);
        Pool1d.Backward(x.View, new(Offsets), y.View, g.View, gradient.View, options, mode);
        double[,] expectedGradient = new double[Offsets[^1], Columns];
        for (int s = 0; s < Offsets.Length - 1; s++)
        {
            int length = Offsets[s + 1] - Offsets[s], extent = dilation * (kernel - 1);
            int before = padding switch { Conv1dPadding.Same => extent / 2, Conv1dPadding.Causal => extent, _ => 0 };
            for (int t = 0; t < outputOffsets[s + 1] - outputOffsets[s]; t++)
            {
                int[] rows = [.. Enumerable.Range(0, kernel).Select(j => (t * stride) + (j * dilation) - before)
                    .Where(row => row >= 0 && row < length).Select(row => Offsets[s] + row)];
                for (int column = 0; column < Columns; column++)
                {
                    double[] values = [.. rows.Select(row => double.CreateTruncating(x.View[row, column]))];
                    double upstream = double.CreateTruncating(g.View[outputOffsets[s] + t, column]);
                    double expected = values.Length == 0 ? 0 : mode == PoolingMode.Max ? values.Max() : values.Average();
                    Assert.Equal(expected, double.CreateTruncating(y.View[outputOffsets[s] + t, column]), 1e-6);
                    for (int i = 0; i < rows.Length; i++)
                    {
                        expectedGradient[rows[i], column] += mode == PoolingMode.Mean ? upstream / rows.Length
                            : i == Array.IndexOf(values, values.Max()) ? upstream : 0;
                    }
                }
            }
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(expectedGradient[i / Columns, i % Columns], double.CreateTruncating(gradient.Span[i]), 1e-5);
        }
    }

    /// <summary>One window over all rows is the pooling of the sequence.</summary>
    [Theory]
    [InlineData(PoolingMode.Max)]
    [InlineData(PoolingMode.Mean)]
    public void A_window_of_all_rows_pools_the_sequence(PoolingMode mode)
    {
        TensorBuffer<T> x = Numbers(7, 5, 3);
        var whole = new TensorBuffer<T>(1, 5);
        var window = new TensorBuffer<T>(1, 5);
        SequencePooling.Forward(x.View, new([0, 7]), whole.View, mode);
        Pool1d.Forward(x.View, new([0, 7]), window.View, new() { KernelSize = 7, Padding = Conv1dPadding.Valid }, mode);
        Bits.AssertSame<T>(whole.Span, window.Span, "pooled");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        TensorBuffer<T> x = Numbers(4, 2, 3);
        void Forward(Conv1dOptions options, PoolingMode mode, int rows = 4) =>
            Pool1d.Forward(x.View, new([0, 4]), new TensorBuffer<T>(rows, 2).View, options, mode);
        Forward(new() { KernelSize = 3 }, PoolingMode.Max);
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward(new() { KernelSize = 3 }, PoolingMode.Sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward(new() { KernelSize = 0 }, PoolingMode.Max));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward(new() { KernelSize = 3, Groups = 2 }, PoolingMode.Max));
        Assert.Throws<ArgumentException>(() => Forward(new() { KernelSize = 3, Stride = 2 }, PoolingMode.Max));
        Assert.Throws<ArgumentException>(
            () => Pool1d.Forward(x.View, new([0, 4]), x.View, new() { KernelSize = 3 }, PoolingMode.Max));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool1d<T>(0, PoolingMode.Max));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool1d<T>(2, PoolingMode.First));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool1d<T>(2, PoolingMode.Max, (Conv1dPadding)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool1d<T>(2, PoolingMode.Max, stride: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool1d<T>(2, PoolingMode.Max, dilation: 0));
    }

    /// <summary>Some are equal.</summary>
    private static TensorBuffer<T> Numbers(int rows, int columns, ulong seed)
    {
        var random = new SplitMix64(seed);
        var numbers = new TensorBuffer<T>(rows, columns);
        foreach (ref T value in numbers.Span)
        {
            value = T.CreateTruncating(Math.Round(4 * random.NextNormal()) / 2);
        }

        return numbers;
    }
}

public sealed class Pool1dFloatTests : Pool1dTests<float>;

public sealed class Pool1dDoubleTests : Pool1dTests<double>;
