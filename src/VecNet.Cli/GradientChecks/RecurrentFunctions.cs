namespace VecNet.Cli;

/// <summary>The recurrent layers of <see cref="MultivariateFunctions"/>.</summary>
internal static class RecurrentFunctions
{
    /// <summary>The index of the input among the variables.</summary>
    internal const int Input = 0;

    private const int Features = 2;

    /// <summary>
    /// Each cell, in one direction or the other. The output of the function is that of the layer and, below it, the final states, so that
    /// the gradients of both arrive.
    /// </summary>
    internal static IReadOnlyList<MultivariateFunction> All { get; } =
    [
        new("Recurrence", [.. OfAll, "initialCell"], c => At(c, RecurrentCell.Lstm)),
        new("Recurrence, GRU", OfAll, c => At(c, RecurrentCell.Gru)),
        new("Recurrence, RNN", OfAll, c => At(c, RecurrentCell.Rnn)),
    ];

    private static string[] OfAll => ["input", "inputWeights", "hiddenWeights", "inputBias", "hiddenBias", "initialHidden"];

    /// <summary>
    /// The state has two or three units, since a check by the weights compares each of their elements. The scale keeps gates away from
    /// where they saturate and no difference is left.
    /// </summary>
    private static MultivariateFunction.Point At(IGradientSample c, RecurrentCell cell)
    {
        bool isReverse = c.Seed % 2 == 1;
        int[] offsets = SampleSequences.Offsets(c.Rows);
        (int rows, int sequences) = (c.Rows, offsets.Length - 1);
        int hidden = 2 + (c.Columns % 2), width = Recurrence.GetGates(cell) * hidden;
        bool hasCell = cell == RecurrentCell.Lstm;
        TensorBuffer<double>[] variables =
        [
            c.OfShape(rows, Features).Input(), c.Values(Features, width, 3), c.Values(hidden, width, 4), c.Values(1, width, 5),
            c.Values(1, width, 6), c.Values(sequences, hidden, 7), c.Values(sequences, hidden, 8),
        ];
        foreach (TensorBuffer<double> parameter in variables[1..5])
        {
            Elementwise.Scale(parameter.View, 0.2, parameter.View);
        }

        TensorBuffer<double> output = new(rows, hidden), finalHidden = new(sequences, hidden), finalCell = new(sequences, hidden);
        TensorBuffer<double> saved = new(rows, Recurrence.GetSavedWidth(cell, hidden));
        TensorBuffer<double> scratch = new(rows, Recurrence.GetScratchWidth(cell, Features, hidden));
        TensorBuffer<double> gradOutput = new(rows, hidden), gradHidden = new(sequences, hidden), gradCell = new(sequences, hidden);
        return new(
            hasCell ? variables : variables[..^1],
            [output, finalHidden, finalCell, saved, scratch, gradOutput, gradHidden, gradCell],
            rows + ((hasCell ? 2 : 1) * sequences),
            hidden,
            (at, y) =>
            {
                Recurrence.Forward(
                    cell, at[Input], new(offsets), Weights(at), new(at[5], hasCell ? at[6] : default), at.Constant(0),
                    new(at.Constant(1), hasCell ? at.Constant(2) : default), at.Constant(3), at.Constant(4), isReverse);
                at.Constant(0).CopyTo(y.SliceRows(0, rows));
                at.Constant(1).CopyTo(y.SliceRows(rows, sequences));
                if (hasCell)
                {
                    at.Constant(2).CopyTo(y.SliceRows(rows + sequences, sequences));
                }
            },
            (at, g, gradients) =>
            {
                g.SliceRows(0, rows).CopyTo(at.Constant(5));
                g.SliceRows(rows, sequences).CopyTo(at.Constant(6));
                if (hasCell)
                {
                    g.SliceRows(rows + sequences, sequences).CopyTo(at.Constant(7));
                }

                Recurrence.Backward(
                    cell, at[Input], new(offsets), Weights(at), new(at[5], hasCell ? at[6] : default), at.Constant(3), at.Constant(5),
                    new(at.Constant(6), hasCell ? at.Constant(7) : default), gradients[Input].View,
                    new(gradients[1].View, gradients[2].View, gradients[3].View, gradients[4].View),
                    new(gradients[5].View, hasCell ? gradients[6].View : default), at.Constant(4), isReverse);
            });
    }

    private static RecurrentWeights<double> Weights(MultivariateFunction.Point at) => new(at[1], at[2], at[3], at[4]);
}
