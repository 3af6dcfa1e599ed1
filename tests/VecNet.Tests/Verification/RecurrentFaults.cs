namespace VecNet.Tests;

/// <summary>Faults of the backward passes of recurrent layers.</summary>
internal static class RecurrentFaults
{
    private const int Input = 0, InputWeights = 1, HiddenWeights = 2, InputBias = 3, HiddenBias = 4, InitialHidden = 5, InitialCell = 6;

    public static IEnumerable<PlantedFault> All =>
    [
        .. FinalStates("Recurrence", Input), .. FinalStates("Recurrence", InitialCell), .. FinalStates("Recurrence, GRU", InitialHidden),
        .. FinalStates("Recurrence, RNN", HiddenWeights),
        Exchanged("Recurrence", InputWeights), Exchanged("Recurrence", HiddenWeights), Exchanged("Recurrence, GRU", InputWeights),
        MultivariateFaults.Planted("Recurrence, GRU", HiddenBias, "the reset gate forgotten", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            gradients[InputBias].View.CopyTo(gradients[HiddenBias].View);
        }),
        MultivariateFaults.Planted("Recurrence, RNN", Input, "the other direction of time", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            TensorBuffer<double> right = TensorBuffer.Copy<double>(gradients[Input].View);
            for (int row = 0; row < right.Rows; row++)
            {
                right.View.Row(right.Rows - 1 - row).CopyTo(gradients[Input].View.Row(row));
            }
        }),
        MultivariateFaults.Planted("Recurrence", HiddenWeights, "of the states after the steps", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            int hidden = at.Columns;
            TensorView<double> gradGates = at.Constant(4).SliceColumns(at.Variables[Input].Columns, 4 * hidden);
            MatMul.MultiplyTransposeA<double>(at.Constant(0), gradGates, gradients[HiddenWeights].View);
        }),
    ];

    /// <summary>The gradients of the final states are taken for 0.</summary>
    private static IEnumerable<PlantedFault> FinalStates(string name, int variable)
    {
        yield return MultivariateFaults.Planted(name, variable, "final states forgotten", (at, g, gradients) =>
        {
            int rows = at.Variables[Input].Rows;
            TensorBuffer<double> ofOutput = TensorBuffer.Copy(g);
            ofOutput.View.SliceRows(rows, g.Rows - rows).Clear();
            at.Backward(at, ofOutput.View, gradients);
        });
    }

    /// <summary>The blocks of the first two gates are exchanged.</summary>
    private static PlantedFault Exchanged(string name, int variable) =>
        MultivariateFaults.Planted(name, variable, "gates exchanged", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            int hidden = at.Columns;
            TensorView<double> gradient = gradients[variable].View;
            TensorBuffer<double> first = TensorBuffer.Copy<double>(gradient.SliceColumns(0, hidden));
            gradient.SliceColumns(hidden, hidden).CopyTo(gradient.SliceColumns(0, hidden));
            first.View.CopyTo(gradient.SliceColumns(hidden, hidden));
        });
}
