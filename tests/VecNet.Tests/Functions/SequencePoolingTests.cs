using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of pooling, and what becomes of sequences without rows.</summary>
public abstract class SequencePoolingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/sequence_pooling";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    public static TheoryData<PoolingMode> Modes => [.. Enum.GetValues<PoolingMode>()];

    /// <summary>The mean of no rows is NaN in PyTorch, and 0 here.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Pooling_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        PoolingMode mode = Enum.Parse<PoolingMode>(@case.Text("mode"), ignoreCase: true);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        int[] offsets = @case.Inputs["offsets"].Indices();
        TensorBuffer<T> y = Poisoned(offsets.Length - 1, x.Columns);
        SequencePooling.Forward(x.View, new(offsets), y.View, mode);
        TensorBuffer<T> compared = TensorBuffer.Copy<T>(y.View);
        for (int s = 0; s < y.Rows && mode == PoolingMode.Mean; s++)
        {
            if (offsets[s] == offsets[s + 1])
            {
                Assert.All(y.View.Row(s).ToArray(), value => Assert.Equal(T.Zero, value));
                compared.View.Row(s).Fill(T.NaN);
            }
        }

        @case.AssertOutput("y", compared.View.AsReadOnly());
        if (@case.Upstream.Count > 0)
        {
            TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
            SequencePooling.Backward(
                x.View, new(offsets), y.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View, mode);
            @case.AssertGradient("x", gradInput.View.AsReadOnly());
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_sequence_without_rows_gives_zeros(PoolingMode mode)
    {
        var x = new TensorBuffer<T>(1, 2);
        x.Span.Fill(T.One);
        TensorBuffer<T> y = Poisoned(3, 2);
        SequencePooling.Forward(x.View, new([0, 0, 1, 1]), y.View, mode);
        Assert.Equal([T.Zero, T.Zero, T.One, T.One, T.Zero, T.Zero], y.Span.ToArray());
    }

    [Fact]
    public void Tokens_are_pooled_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>("mode", () => new SequencePooling<T>((PoolingMode)9));
        Assert.Contains(
            "pooled before",
            Assert.Throws<ArgumentException>(() => new NeuralNetwork<T>(
                2, [new SequencePooling<T>(PoolingMode.Max), new SequencePooling<T>(PoolingMode.Max)])).Message,
            StringComparison.Ordinal);
    }

    private static TensorBuffer<T> Poisoned(int rows, int columns)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        buffer.Span.Fill(T.NaN);
        return buffer;
    }
}

public sealed class SequencePoolingFloatTests : SequencePoolingTests<float>;

public sealed class SequencePoolingDoubleTests : SequencePoolingTests<double>;
