using System.Numerics;

namespace VecNet.Tests;

/// <summary>Reference values and gradients of learned, sinusoidal and rotary positions.</summary>
public abstract class PositionalEmbeddingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/positional_embedding";
    private const string Sinusoidal = "sequences/sinusoidal_encoding";
    private const string Rotary = "sequences/rotary_embedding";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Learned_positions_equal_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>(), table = @case.Inputs["P"].ToBuffer<T>();
        int[] offsets = @case.Inputs["offsets"].Indices();
        var network = new NeuralNetwork<T>(x.Columns, [new PositionalEmbedding<T>(table.Rows)]);
        table.View.CopyTo(network.GetParameters(0)[0]);
        Workspace<T> workspace = network.CreateTrainingWorkspace(x.Rows, inputGradient: true, sequences: offsets.Length - 1);
        @case.AssertOutput("y", network.Forward(x.View, new(offsets), workspace));
        network.Backward(x.View, @case.Upstream["y"].ToBuffer<T>().View, workspace);
        @case.AssertGradient<T>("x", workspace.GradInput);
        @case.AssertGradient<T>("P", network.GetGradients(0)[0]);
    }

    public static TheoryData<string> SinusoidalCases => GoldenFile.Load(Sinusoidal).CasesFor<T>();

    public static TheoryData<string> RotaryCases => GoldenFile.Load(Rotary).CasesFor<T>();

    [Theory]
    [MemberData(nameof(SinusoidalCases))]
    public void Sinusoidal_positions_equal_the_reference(string name)
    {
        GoldenCase @case = GoldenFile.Load(Sinusoidal).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>(), y = new(x.Rows, x.Columns), gradInput = new(x.Rows, x.Columns);
        int[] offsets = @case.Inputs["offsets"].Indices();
        double scale = @case.Number("input_scale");
        SinusoidalEncoding.Forward(x.View, new(offsets), y.View, scale, @case.WholeNumber("start"));
        @case.AssertOutput<T>("y", y.View);
        SinusoidalEncoding.Backward(@case.Upstream["y"].ToBuffer<T>().View, gradInput.View, scale);
        @case.AssertGradient<T>("x", gradInput.View);
    }

    [Theory]
    [MemberData(nameof(RotaryCases))]
    public void Rotary_positions_equal_the_reference(string name)
    {
        GoldenCase @case = GoldenFile.Load(Rotary).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>(), y = new(x.Rows, x.Columns), gradInput = new(x.Rows, x.Columns);
        int[] offsets = @case.Inputs["offsets"].Indices();
        var options = new RotaryOptions
        {
            Heads = @case.WholeNumber("heads"),
            RotatedFeatures = @case.WholeNumber("rotary_dim"),
            Pairing = @case.Text("form") == "half" ? RotaryPairing.Halves : RotaryPairing.Interleaved,
            Base = @case.Number("base"),
            Start = @case.WholeNumber("start"),
        };
        RotaryEmbedding.Forward(x.View, new(offsets), y.View, options);
        @case.AssertOutput<T>("y", y.View);
        RotaryEmbedding.Backward(@case.Upstream["y"].ToBuffer<T>().View, new(offsets), gradInput.View, options);
        @case.AssertGradient<T>("x", gradInput.View);
    }

    /// <summary>The angles are computed for some pairs at a time; these heads have more pairs.</summary>
    [Theory]
    [InlineData(RotaryPairing.Interleaved)]
    [InlineData(RotaryPairing.Halves)]
    public void Every_pair_of_a_wide_head_is_rotated(RotaryPairing pairing)
    {
        const int Heads = 2, Features = 280, Rotated = 260, Start = 2;
        int[] offsets = [0, 3, 5];
        var options = new RotaryOptions { Heads = Heads, RotatedFeatures = Rotated, Pairing = pairing, Start = Start };
        TensorBuffer<T> x = new(5, Heads * Features), y = new(5, Heads * Features);
        for (int i = 0; i < x.Length; i++)
        {
            x.Span[i] = T.CreateTruncating((i % 17) - 8);
        }

        double[] expected = [.. x.Span.ToArray().Select(double.CreateTruncating)];
        for (int i = 0; i < 5 * Heads * Rotated / 2; i++)
        {
            (int row, int head, int pair) = (i / (Heads * Rotated / 2), i / (Rotated / 2) % Heads, i % (Rotated / 2));
            int first = (row * Heads * Features) + (head * Features);
            int u = first + (pairing == RotaryPairing.Halves ? pair : 2 * pair);
            int v = pairing == RotaryPairing.Halves ? u + (Rotated / 2) : u + 1;
            double angle = (Start + (row < 3 ? row : row - 3)) * Math.Pow(10_000, -2.0 * pair / Rotated);
            (expected[u], expected[v]) = (
                (expected[u] * Math.Cos(angle)) - (expected[v] * Math.Sin(angle)),
                (expected[u] * Math.Sin(angle)) + (expected[v] * Math.Cos(angle)));
        }

        RotaryEmbedding.Forward<T>(x.View, new(offsets), y.View, options);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], double.CreateTruncating(y.Span[i]), typeof(T) == typeof(double) ? 1e-13 : 2e-6);
        }
    }

    [Fact]
    public void Rotary_options_that_do_not_fit_are_refused()
    {
        T[] x = new T[6];
        foreach (RotaryOptions options in (RotaryOptions[])
            [
                new() { Heads = 4 }, new() { Heads = 0 }, new() { Heads = 2 }, new() { RotatedFeatures = 8 }, new() { Base = 0 },
                new() { Start = -1 }, new() { Pairing = (RotaryPairing)9 },
            ])
        {
            Assert.ThrowsAny<ArgumentException>(() => RotaryEmbedding.Forward<T>(x, new([0, 1]), x.AsView(), options));
        }

        Assert.Throws<ArgumentOutOfRangeException>("inputScale", () => new SinusoidalEncoding<T>(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => SinusoidalEncoding.Forward<T>(x, new([0, 1]), x.AsView(), 1, -1));
    }

    [Fact]
    public void A_sequence_that_is_longer_than_the_table_is_refused()
    {
        T[] y = [T.One, T.One, T.One];
        T[] x = [T.Zero, T.Zero, T.Zero];
        Assert.Contains(
            "Sequence 1 has 2 rows; there are 1 positions",
            Assert.Throws<ArgumentException>("sequences", () => PositionalEmbedding.Forward<T>(
                x.AsView(3, 1), new([0, 1, 3]), new T[1], y.AsView(3, 1))).Message,
            StringComparison.Ordinal);
        Assert.Equal([T.One, T.One, T.One], y);
    }
}

public sealed class PositionalEmbeddingFloatTests : PositionalEmbeddingTests<float>;

public sealed class PositionalEmbeddingDoubleTests : PositionalEmbeddingTests<double>;
