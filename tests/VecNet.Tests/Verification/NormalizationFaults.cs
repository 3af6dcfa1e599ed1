namespace VecNet.Tests;

/// <summary>Faults of the normalisations' backward passes and of the embedding's.</summary>
internal static class NormalizationFaults
{
    private delegate GradientCheckResult Check(GradientCase c, NormalizationBackward? backward);

    public static IEnumerable<PlantedFault> All =>
    [
        .. Of(
            "LayerNorm", NormalizationChecks.LayerNormBackward, NormalizationChecks.OfLayerNormInput,
            NormalizationChecks.OfLayerNormScale, NormalizationChecks.OfLayerNormShift),
        .. Of(
            "BatchNorm", NormalizationChecks.BatchNormBackward, NormalizationChecks.OfBatchNormInput,
            NormalizationChecks.OfBatchNormScale, NormalizationChecks.OfBatchNormShift),
        Planted(
            "LayerNorm input", "mean and deviation taken as constants", "LayerNorm_by_its_input",
            NormalizationChecks.OfLayerNormInput, Straight(byRow: true)),
        Planted(
            "BatchNorm input", "mean and deviation taken as constants", "BatchNorm_by_its_input",
            NormalizationChecks.OfBatchNormInput, Straight(byRow: false)),
        Planted(
            "LayerNorm scale", "of the input instead of the normalised one",
            "LayerNorm_by_its_scale", NormalizationChecks.OfLayerNormScale, ScaleOfInput),
        Planted(
            "BatchNorm scale", "of the input instead of the normalised one",
            "BatchNorm_by_its_scale", NormalizationChecks.OfBatchNormScale, ScaleOfInput),
        .. Embeddings(),
    ];

    private static IEnumerable<PlantedFault> Of(string name, NormalizationBackward right, Check input, Check scale, Check shift)
    {
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return Planted($"{name} input", fault, $"{name}_by_its_input", input, (x, gamma, s, g, gradInput, gradGamma, gradBeta) =>
            {
                right(x, gamma, s, g, gradInput, gradGamma, gradBeta);
                spoil(gradInput);
            });
            yield return Planted($"{name} scale", fault, $"{name}_by_its_scale", scale, (x, gamma, s, g, gradInput, gradGamma, gradBeta) =>
            {
                right(x, gamma, s, g, gradInput, gradGamma, gradBeta);
                spoil(gradGamma);
            });
            yield return Planted($"{name} shift", fault, $"{name}_by_its_shift", shift, (x, gamma, s, g, gradInput, gradGamma, gradBeta) =>
            {
                right(x, gamma, s, g, gradInput, gradGamma, gradBeta);
                spoil(gradBeta);
            });
        }
    }

    private static IEnumerable<PlantedFault> Embeddings()
    {
        static PlantedFault Of(string fault, EmbeddingBackward faulty) =>
            new(
                "Embedding", fault, nameof(FunctionGradientTests.Embedding_by_its_table),
                (c, planted) => NormalizationChecks.OfEmbedding(c, planted ? faulty : null));
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return Of(fault, (indices, g, gradTable) =>
            {
                Embedding.Backward(indices, g, gradTable);
                spoil(gradTable);
            });
        }

        yield return Of("the last of repeated indices wins", (indices, g, gradTable) =>
        {
            gradTable.Clear();
            for (int i = 0; i < indices.Length; i++)
            {
                (int row, int position) = (i / indices.Columns, i % indices.Columns);
                g
                    .Slice(row, position * gradTable.Columns, 1, gradTable.Columns)
                    .CopyTo(gradTable.SliceRows((int)indices[row, position], 1));
            }
        });
        yield return Of(
            "entries that are not looked up keep what was there",
            (indices, g, gradTable) => Embedding.Backward(indices, g, gradTable, accumulate: true));
    }

    /// <summary>g·γ·r alone.</summary>
    private static NormalizationBackward Straight(bool byRow) => (x, gamma, s, g, gradInput, _, _) =>
        Spoiling.ByElement((_, _, gradient) => gradient)(x, x, Scaled(g, gamma, s, byRow).View, gradInput);

    private static TensorBuffer<double> Scaled(
        ReadOnlyTensorView<double> g, ReadOnlyTensorView<double> gamma, ReadOnlyTensorView<double> s, bool byRow)
    {
        TensorBuffer<double> scaled = TensorBuffer<double>.CopyOf(g);
        for (int i = 0; i < scaled.Length; i++)
        {
            (int row, int column) = (i / g.Columns, i % g.Columns);
            scaled.Span[i] *= gamma[0, column] * (byRow ? s[row, 1] : s[1, column]);
        }

        return scaled;
    }

    private static void ScaleOfInput(
        ReadOnlyTensorView<double> x, ReadOnlyTensorView<double> gamma, ReadOnlyTensorView<double> s, ReadOnlyTensorView<double> g,
        TensorView<double> gradInput, TensorView<double> gradGamma, TensorView<double> gradBeta)
    {
        gradGamma.Clear();
        for (int row = 0; row < x.Rows; row++)
        {
            for (int column = 0; column < x.Columns; column++)
            {
                gradGamma[0, column] += g[row, column] * x[row, column];
            }
        }
    }

    private static PlantedFault Planted(string pass, string fault, string property, Check check, NormalizationBackward faulty) =>
        new(pass, fault, property, (c, planted) => check(c, planted ? faulty : null));
}
