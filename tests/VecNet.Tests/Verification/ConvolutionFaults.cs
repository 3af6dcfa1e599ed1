namespace VecNet.Tests;

/// <summary>Faults of the backward pass of convolutions.</summary>
internal static class ConvolutionFaults
{
    private const int Input = 0, Weights = 1, Bias = 2;

    public static IEnumerable<PlantedFault> All =>
    [
        .. from variable in (int[])[Input, Weights]
           from options in (Conv1dOptions[])
           [
               new() { KernelSize = 3, Padding = Conv1dPadding.Causal }, new() { KernelSize = 3, Dilation = 2 },
           ]
           select Planted("Conv1d", variable, $"{options.Padding} of dilation {options.Dilation}", options),
        Planted(
            "Conv1d, causal with groups", Input, "rows next to each other",
            new() { KernelSize = 2, Padding = Conv1dPadding.Causal, Groups = 2 }),

        // Two rows would be one sequence, which the square shapes do not have.
        MultivariateFaults.Planted(
            "Conv1d", Input, "windows reach into other sequences", (at, g, gradients) => Conv1d.Backward(
                at[Input], new([0, at.Rows]), at[Weights], g, gradients[Input].View, gradients[Weights].View, gradients[Bias].View,
                new() { KernelSize = 3 }),
            square: true),
        MultivariateFaults.Planted("Conv1d, depthwise", Weights, "the taps in reverse", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            TensorView<double> gradient = gradients[Weights].View;
            TensorBuffer<double> first = TensorBuffer.Copy<double>(gradient.SliceRows(0, 1));
            gradient.SliceRows(2, 1).CopyTo(gradient.SliceRows(0, 1));
            first.View.CopyTo(gradient.SliceRows(2, 1));
        }),
    ];

    private static PlantedFault Planted(string name, int variable, string fault, Conv1dOptions options) =>
        MultivariateFaults.Planted(name, variable, fault, (at, g, gradients) => Conv1d.Backward(
            at[Input], new(SampleSequences.Offsets(at.Rows)), at[Weights], g, gradients[Input].View, gradients[Weights].View,
            gradients[Bias].View, options));
}
