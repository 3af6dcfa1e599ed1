using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Convolutions give PyTorch's values and gradients, and those of the plain sum; a sequence does not depend on the others.
/// </summary>
public abstract class Conv1dTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/sequence_conv1d";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    /// <summary>Input channels, output channels, groups, taps, dilation and stride.</summary>
    public static TheoryData<Conv1dPadding, int, int, int, int, int, int> Forms
    {
        get
        {
            var data = new TheoryData<Conv1dPadding, int, int, int, int, int, int>();
            foreach (Conv1dPadding padding in Enum.GetValues<Conv1dPadding>())
            {
                data.Add(padding, 5, 7, 1, 3, 1, 1);
                data.Add(padding, 4, 6, 2, 4, 2, 1);
                data.Add(padding, 9, 9, 9, 5, 1, 1);
                data.Add(padding, 3, 6, 3, 2, 3, 2);
                data.Add(padding, 65, 130, 1, 3, 1, 3);
                data.Add(padding, 33, 33, 33, 3, 2, 2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        bool hasBias = @case.Flag("has_bias");
        Conv1dOptions options = Options(@case);
        Conv1dPass<T> pass = new(
            @case.Inputs["offsets"].Indices(),
            @case.Inputs["x"].ToBuffer<T>(),
            Transposed(@case.Inputs["weight"]),
            hasBias ? @case.Inputs["bias"].ToBuffer<T>() : null,
            options);
        Assert.Equal(@case.Outputs["offsets_out"].Indices(), pass.OutputOffsets);
        int[] inPlace = [.. pass.Offsets];
        Conv1d.GetOutputOffsets(new(inPlace), inPlace, options);
        Assert.Equal(pass.OutputOffsets, inPlace);
        pass.Forward();
        @case.AssertOutput("y", pass.Output.View.AsReadOnly());
        pass.Backward(@case.Upstream["y"].ToBuffer<T>());
        @case.AssertGradient("x", pass.GradInput.View.AsReadOnly());
        GoldenTensor gradWeights = @case.Gradients["weight"];
        for (int o = 0; o < gradWeights.Shape[0]; o++)
        {
            T[] column = [.. Enumerable.Range(0, pass.GradWeights.Rows).Select(row => pass.GradWeights.View[row, o])];
            @case.AssertClose(
                $"gradient of weight {o}", gradWeights[o], new ReadOnlyTensorView<T>(column, gradWeights.Shape[1], gradWeights.Shape[2]));
        }

        if (hasBias)
        {
            @case.AssertGradient("bias", pass.GradBias!.View.AsReadOnly());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_output_is_the_plain_sum(Conv1dPadding padding, int inputs, int outputs, int groups, int taps, int dilation, int stride)
    {
        Conv1dPass<T> pass = Conv1dPass<T>.Random([0, 7, 7, 8, 40], inputs, outputs, Of(padding, groups, taps, dilation, stride));
        pass.Forward();
        int extent = dilation * (taps - 1);
        int before = padding == Conv1dPadding.Causal ? extent : padding == Conv1dPadding.Same ? extent / 2 : 0;
        for (int s = 0; s < 4; s++)
        {
            for (int t = 0; t < pass.OutputOffsets[s + 1] - pass.OutputOffsets[s]; t++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    double sum = double.CreateTruncating(pass.Bias!.View[0, o]);
                    for (int c = 0; c < inputs / groups; c++)
                    {
                        for (int j = 0; j < taps; j++)
                        {
                            int row = (t * stride) - before + (j * dilation);
                            int channel = (o / (outputs / groups) * (inputs / groups)) + c;
                            sum += row < 0 || row >= pass.Offsets[s + 1] - pass.Offsets[s] ? 0
                                : double.CreateTruncating(pass.Input.View[pass.Offsets[s] + row, channel])
                                    * double.CreateTruncating(pass.Weights.View[(c * taps) + j, o]);
                        }
                    }

                    Assert.Equal(
                        sum, double.CreateTruncating(pass.Output.View[pass.OutputOffsets[s] + t, o]),
                        typeof(T) == typeof(float) ? 1e-4 : 1e-12);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_sequence_has_the_same_bits_alone_and_on_any_number_of_threads(
        Conv1dPadding padding, int inputs, int outputs, int groups, int taps, int dilation, int stride)
    {
        int[] offsets = [0, 7, 7, 8, 40, 240];
        Conv1dPass<T> all = Conv1dPass<T>.Random(offsets, inputs, outputs, Of(padding, groups, taps, dilation, stride));
        all.Forward();
        TensorBuffer<T> gradOutput = Conv1dPass<T>.Values(all.OutputOffsets[^1], outputs, 6);
        all.Backward(gradOutput);
        foreach (int threads in (int[])[2, 3, 8])
        {
            Conv1dPass<T> other = all.With(offsets, all.Input);
            other.Threads = threads;
            other.Forward();
            other.Backward(gradOutput);
            Assert.Equal(all.Output.Span.ToArray(), other.Output.Span.ToArray());
            Assert.Equal(all.GradInput.Span.ToArray(), other.GradInput.Span.ToArray());
            Assert.Equal(all.GradWeights.Span.ToArray(), other.GradWeights.Span.ToArray());
        }

        for (int s = 0; s < offsets.Length - 1; s++)
        {
            int first = all.OutputOffsets[s], rows = all.OutputOffsets[s + 1] - first, length = offsets[s + 1] - offsets[s];
            Conv1dPass<T> alone = all.With([0, length], TensorBuffer.Copy<T>(all.Input.View.SliceRows(offsets[s], length)));
            alone.Forward();
            alone.Backward(TensorBuffer.Copy<T>(gradOutput.View.SliceRows(first, rows)));
            Assert.Equal(all.Output.View.SliceRows(first, rows).ToArray(), alone.Output.Span.ToArray());
            Assert.Equal(all.GradInput.View.SliceRows(offsets[s], length).ToArray(), alone.GradInput.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void NaN_stays_in_the_windows_of_its_row(
        Conv1dPadding padding, int inputs, int outputs, int groups, int taps, int dilation, int stride)
    {
        Conv1dPass<T> pass = Conv1dPass<T>.Random([0, 9, 30, 40], inputs, outputs, Of(padding, groups, taps, dilation, stride));
        pass.Input.View.Row(18).Fill(T.NaN);
        pass.Forward();
        int before = pass.Options.PaddingBefore;
        for (int row = 0; row < pass.Output.Rows; row++)
        {
            int t = row - pass.OutputOffsets[1];
            bool reads = row >= pass.OutputOffsets[1] && row < pass.OutputOffsets[2]
                && Enumerable.Range(0, taps).Any(j => (t * stride) - before + (j * dilation) == 9);
            Assert.All(pass.Output.View.Row(row).ToArray(), value => Assert.Equal(reads, T.IsNaN(value)));
        }
    }

    [Fact]
    public void Gradients_are_accumulated_or_overwritten_and_that_of_the_input_can_be_omitted()
    {
        Conv1dPass<T> pass = Conv1dPass<T>.Random([0, 9, 13], 3, 4, Of(Conv1dPadding.Same, 1, 3, 1, 1));
        TensorBuffer<T> g = Conv1dPass<T>.Values(13, 4, 8);
        pass.Backward(g);
        TensorBuffer<T> weights = new(9, 4), bias = new(1, 4);
        weights.Span.Fill(T.One);
        bias.Span.Fill(T.One);
        Conv1d.Backward(
            pass.Input.View, new(pass.Offsets), pass.Weights.View, g.View, default, weights.View, bias.View, pass.Options,
            accumulate: true);
        double tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-13;
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Equal(1 + double.CreateTruncating(pass.GradWeights.Span[i]), double.CreateTruncating(weights.Span[i]), tolerance);
        }

        for (int i = 0; i < bias.Length; i++)
        {
            Assert.Equal(1 + double.CreateTruncating(pass.GradBias!.Span[i]), double.CreateTruncating(bias.Span[i]), tolerance);
        }
    }

    [Fact]
    public void Bad_operands_are_refused_by_name()
    {
        AssertRefused("input", p => p.Offsets = [0, 4, 8]);
        AssertRefused("weights", p => p.Weights = new(8, 4));
        AssertRefused("bias", p => p.Bias = new(1, 3));
        AssertRefused("output", p => p.Output = new(8, 4));
        AssertRefused("threads", p => p.Threads = 0);
        AssertRefused("options", p => p.Options = Of(Conv1dPadding.Same, 2, 3, 1, 1));
        AssertRefused("Groups", p => p.Options = Of(Conv1dPadding.Same, 0, 3, 1, 1));
        AssertRefused("KernelSize", p => p.Options = Of(Conv1dPadding.Same, 1, 0, 1, 1));
        AssertRefused("Dilation", p => p.Options = Of(Conv1dPadding.Same, 1, 3, 0, 1));
        AssertRefused("Stride", p => p.Options = Of(Conv1dPadding.Same, 1, 3, 1, 0));
        AssertRefused("Dilation · (KernelSize − 1)", p => p.Options = Of(Conv1dPadding.Same, 1, 3, int.MaxValue, 1));
        AssertRefused("Stride", p => p.Options = Of(Conv1dPadding.Same, 1, 3, 1, int.MaxValue));
        AssertRefused("Padding", p => p.Options = Of((Conv1dPadding)3, 1, 3, 1, 1));
        AssertRefusedBackward("gradInput", p => p.GradInput = new(9, 2));
        AssertRefusedBackward("gradWeights", p => p.GradWeights = new(9, 3));
        AssertRefusedBackward("gradBias", p => p.GradBias = new(2, 4));
        AssertRefusedBackward("gradOutput", _ => { }, new(8, 4));
        Assert.Throws<ArgumentException>(
            "destination", () => Conv1d.GetOutputOffsets(new([0, 3]), new int[3], Of(Conv1dPadding.Same, 1, 3, 1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(
            "inputLength", () => Of(Conv1dPadding.Same, 1, 3, 1, 1).GetOutputLength(-1));
        Assert.Throws<ArgumentNullException>("options", () => Conv1d.GetOutputOffsets(new([0, 3]), new int[2], null!));

        static Conv1dPass<T> Changed(Action<Conv1dPass<T>> change)
        {
            Conv1dPass<T> pass = Conv1dPass<T>.Random([0, 4, 9], 3, 4, Of(Conv1dPadding.Same, 1, 3, 1, 1));
            change(pass);
            return pass;
        }

        static void AssertRefused(string name, Action<Conv1dPass<T>> change)
        {
            Conv1dPass<T> pass = Changed(change);
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(pass.Forward).ParamName);
        }

        static void AssertRefusedBackward(string name, Action<Conv1dPass<T>> change, TensorBuffer<T>? gradOutput = null)
        {
            Conv1dPass<T> pass = Changed(change);
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(() => pass.Backward(gradOutput ?? new(9, 4))).ParamName);
        }
    }

    [Theory]
    [InlineData(Conv1dPadding.Same, 10, 4)]
    [InlineData(Conv1dPadding.Causal, 9, 3)]
    [InlineData(Conv1dPadding.Valid, 10, 2)]
    [InlineData(Conv1dPadding.Valid, 4, 0)]
    [InlineData(Conv1dPadding.Valid, 5, 1)]
    [InlineData(Conv1dPadding.Same, 0, 0)]
    public void Output_lengths(Conv1dPadding padding, int length, int expected) =>
        Assert.Equal(expected, Of(padding, 1, 3, 2, 3).GetOutputLength(length));

    private static Conv1dOptions Of(Conv1dPadding padding, int groups, int taps, int dilation, int stride) =>
        new() { Padding = padding, Groups = groups, KernelSize = taps, Dilation = dilation, Stride = stride };

    private static Conv1dOptions Options(GoldenCase @case) => Of(
        Enum.Parse<Conv1dPadding>(@case.Text("padding"), ignoreCase: true),
        @case.WholeNumber("groups"),
        @case.Inputs["weight"].Shape[2],
        @case.WholeNumber("dilation"),
        @case.WholeNumber("stride"));

    /// <summary>From output channels × inputs × taps to (inputs · taps) × output channels.</summary>
    private static TensorBuffer<T> Transposed(GoldenTensor weight)
    {
        var weights = new TensorBuffer<T>(weight.Shape[1] * weight.Shape[2], weight.Shape[0]);
        for (int i = 0; i < weight.Data.Count; i++)
        {
            weights.View[i % weights.Rows, i / weights.Rows] = T.CreateTruncating(weight.Data[i]);
        }

        return weights;
    }
}

public sealed class Conv1dFloatTests : Conv1dTests<float>;

public sealed class Conv1dDoubleTests : Conv1dTests<double>;
