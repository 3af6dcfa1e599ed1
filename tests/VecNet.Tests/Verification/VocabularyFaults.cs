namespace VecNet.Tests;

/// <summary>Faults of the backward passes of functions of vocabularies.</summary>
internal static class VocabularyFaults
{
    private const int Hidden = 0, Table = 1;

    public static IEnumerable<PlantedFault> All =>
    [
        MultivariateFaults.Planted("Embedding, integers", 0, "entries are one too high", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            TensorBuffer<double> moved = TensorBuffer.Copy<double>(gradients[0].View);
            for (int entry = 0; entry < moved.Rows; entry++)
            {
                moved.View.Row(entry).CopyTo(gradients[0].View.Row((entry + 1) % moved.Rows));
            }
        }),
        MultivariateFaults.Planted("VocabularyProjection", Hidden, "of the first entry only", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            MatMul.Multiply(g.SliceColumns(0, 1), at[Table].SliceRows(0, 1), gradients[Hidden].View);
        }),
        MultivariateFaults.Planted("VocabularyProjection", Table, "of the first row only", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            MatMul.MultiplyTransposeA(g.SliceRows(0, 1), at[Hidden].SliceRows(0, 1), gradients[Table].View);
        }),
        MultivariateFaults.Planted("EmbeddingBag", 0, "the sum instead of the mean", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            Elementwise.Scale(gradients[0].View, 2, gradients[0].View);
        }),
        MultivariateFaults.Planted("Pool1d", 0, "of the last of the windows only", (at, g, gradients) =>
        {
            TensorBuffer<double> last = TensorBuffer.Copy(g);
            last.View.SliceRows(0, g.Rows - 1).Clear();
            at.Backward(at, last.View, gradients);
        }),
        MultivariateFaults.Planted("ProjectedLoss", Table, "of the last block only", (at, g, gradients) =>
        {
            at.Backward(at, g, gradients);
            gradients[Table].View.Clear();
        }),
    ];
}
