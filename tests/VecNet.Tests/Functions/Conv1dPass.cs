using System.Numerics;

namespace VecNet.Tests;

/// <summary>The operands of both passes of a convolution; what is written is NaN at first.</summary>
internal sealed class Conv1dPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Conv1dPass(int[] offsets, TensorBuffer<T> input, TensorBuffer<T> weights, TensorBuffer<T>? bias, Conv1dOptions options)
    {
        (Offsets, Input, Weights, Bias, Options) = (offsets, input, weights, bias, options);
        OutputOffsets = new int[offsets.Length];
        Conv1d.GetOutputOffsets(new(offsets), OutputOffsets, options);
        Output = new(OutputOffsets[^1], weights.Columns);
        GradInput = new(input.Rows, input.Columns);
        GradWeights = new(weights.Rows, weights.Columns);
        GradBias = bias is null ? null : new(1, weights.Columns);
        Output.Span.Fill(T.NaN);
        GradInput.Span.Fill(T.NaN);
        GradWeights.Span.Fill(T.NaN);
        GradBias?.Span.Fill(T.NaN);
    }

    public int[] Offsets { get; set; }

    public int[] OutputOffsets { get; }

    public TensorBuffer<T> Input { get; }

    public TensorBuffer<T> Weights { get; set; }

    public TensorBuffer<T>? Bias { get; set; }

    public TensorBuffer<T> Output { get; set; }

    public TensorBuffer<T> GradInput { get; set; }

    public TensorBuffer<T> GradWeights { get; set; }

    public TensorBuffer<T>? GradBias { get; set; }

    public Conv1dOptions Options { get; set; }

    public int Threads { get; set; } = 1;

    public static Conv1dPass<T> Random(int[] offsets, int inputs, int outputs, Conv1dOptions options) => new(
        offsets, Values(offsets[^1], inputs, 3),
        Values(inputs / options.Groups * options.KernelSize, outputs, 4), Values(1, outputs, 5), options);

    public Conv1dPass<T> With(int[] offsets, TensorBuffer<T> input) => new(offsets, input, Weights, Bias, Options);

    public void Forward() => Conv1d.Forward(
        Input.View, new(Offsets), Weights.View, Bias is null ? default : Bias.View, Output.View, Options, Threads);

    public void Backward(TensorBuffer<T> gradOutput) => Conv1d.Backward(
        Input.View, new(Offsets), Weights.View, gradOutput.View, GradInput.View, GradWeights.View,
        GradBias is null ? default : GradBias.View, Options, accumulate: false, Threads);

    public static TensorBuffer<T> Values(int rows, int columns, ulong seed)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        var random = new SplitMix64(seed);
        foreach (ref T value in buffer.Span)
        {
            value = T.CreateTruncating((2 * random.NextDouble()) - 1);
        }

        return buffer;
    }
}
