namespace VecNet.Cli;

/// <summary>The convolutions of <see cref="MultivariateFunctions"/>.</summary>
internal static class ConvolutionFunctions
{
    /// <summary>The paddings, and what strides, dilations and groups there are.</summary>
    internal static IReadOnlyList<MultivariateFunction> All { get; } =
    [
        new("Conv1d", Variables, c => At(c, 1, new() { KernelSize = 3 })),
        new("Conv1d, causal with groups", Variables, c => At(
            c, 2, new() { KernelSize = 2, Padding = Conv1dPadding.Causal, Dilation = 2, Groups = 2 })),
        new("Conv1d, valid with strides", Variables, c => At(
            c.Rows == 0 ? c : c.OfShape(Math.Max(4, c.Rows), c.Columns), 1,
            new() { KernelSize = 2, Padding = Conv1dPadding.Valid, Stride = 2 })),
        new("Conv1d, depthwise", Variables, c => At(
            c, 1, new() { KernelSize = 3, Padding = Conv1dPadding.Causal, Groups = c.Columns }, isDepthwise: true)),
    ];

    private static string[] Variables => ["input", "weights", "bias"];

    private static MultivariateFunction.Point At(IGradientSample c, int times, Conv1dOptions options, bool isDepthwise = false)
    {
        int[] offsets = SampleSequences.Offsets(c.Rows);
        int[] outputOffsets = new int[offsets.Length];
        Conv1d.GetOutputOffsets(new(offsets), outputOffsets, options);
        int inputs = times * c.Columns, outputs = isDepthwise ? inputs : times * c.Outputs;
        return new(
            [
                c.OfShape(c.Rows, inputs).Input(), c.Values(inputs / options.Groups * options.KernelSize, outputs, 3),
                c.Values(1, outputs, 4),
            ],
            [],
            outputOffsets[^1],
            outputs,
            (at, y) => Conv1d.Forward(at[0], new(offsets), at[1], at[2], y, options),
            (at, g, gradients) => Conv1d.Backward(
                at[0], new(offsets), at[1], g, gradients[0].View, gradients[1].View, gradients[2].View, options));
    }
}
