using System.Numerics;
using static VecNet.Tests.Access;

namespace VecNet.Tests;

/// <summary>The passes of convolutions, with every padding.</summary>
internal static class ConvolutionOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Operation<T>> All =>
    [
        .. Passes("", 1, _ => new() { KernelSize = 2 }, threads: 1),
        .. Passes(
            ", causal with two groups on three threads", 2,
            _ => new() { KernelSize = 2, Padding = Conv1dPadding.Causal, Dilation = 2, Groups = 2 }, threads: 3),
        .. Passes(", valid with strides", 1, _ => new() { KernelSize = 2, Padding = Conv1dPadding.Valid, Stride = 2 }, threads: 1),
        .. Passes(
            ", depthwise", 1, s => new() { KernelSize = 3, Padding = Conv1dPadding.Causal, Groups = s.Columns }, threads: 1,
            isDepthwise: true),
    ];

    /// <summary>On several threads, gradients are accumulated.</summary>
    private static IEnumerable<Operation<T>> Passes(
        string form, int times, Func<Sizes, Conv1dOptions> options, int threads, bool isDepthwise = false)
    {
        int Inputs(Sizes s) => times * s.Columns;
        int Outputs(Sizes s) => isDepthwise ? s.Columns : times * s.Outputs;
        Operand Weights(Sizes s, string name, Access access) =>
            new(name, Inputs(s) / options(s).Groups * options(s).KernelSize, Outputs(s), access);
        int OutputRows(Sizes s)
        {
            int[] offsets = SampleSequences.Offsets(s.Rows);
            Conv1d.GetOutputOffsets(new(offsets), offsets, options(s));
            return offsets[^1];
        }

        Access accumulated = threads > 1 ? Update : Write;
        yield return new(
            $"Conv1d.Forward{form}",
            s =>
            [
                new("input", s.Rows, Inputs(s), Read), Weights(s, "weights", Read), new("bias", 1, Outputs(s), Read),
                new("output", OutputRows(s), Outputs(s), Write),
            ],
            s =>
            {
                (int[] offsets, Conv1dOptions o) = (SampleSequences.Offsets(s.Rows), options(s));
                return x => Conv1d.Forward(x[0], new(offsets), x[1], x[2], x[3], o, threads);
            }) { Least = new(0, 1, 1) };
        yield return new(
            $"Conv1d.Backward{form}",
            s =>
            [
                new("input", s.Rows, Inputs(s), Read), Weights(s, "weights", Read), new("gradOutput", OutputRows(s), Outputs(s), Read),
                new("gradInput", s.Rows, Inputs(s), Write), Weights(s, "gradWeights", accumulated),
                new("gradBias", 1, Outputs(s), accumulated),
            ],
            s =>
            {
                (int[] offsets, Conv1dOptions o) = (SampleSequences.Offsets(s.Rows), options(s));
                return x => Conv1d.Backward(x[0], new(offsets), x[1], x[2], x[3], x[4], x[5], o, accumulate: threads > 1, threads);
            }) { Least = new(0, 1, 1) };
    }
}
