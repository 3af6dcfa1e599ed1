using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>
/// The multiple-negatives ranking loss: each text must be nearer to its own partner than to the partners of the other texts of the batch.
/// </summary>
/// <remarks>
/// Sources: Henderson et al., "Efficient Natural Language Response Suggestion for Smart Reply", 2017; Reimers, Gurevych,
/// "Sentence-BERT", 2019, whose library has the scale of 20.
/// </remarks>
internal static class RankingLoss
{
    /// <summary>L = −1/n Σᵢ log(e^sᵢᵢ / Σⱼ e^sᵢⱼ) with sᵢⱼ = c·aᵢ·pⱼ, and its gradients.</summary>
    /// <remarks>
    /// Row i of s is the input of a cross-entropy with the class i, so ∂L/∂sᵢⱼ = (softmaxⱼ(sᵢ) − δᵢⱼ)/n =: gᵢⱼ. Since s = c·A·Pᵀ,
    /// aᵢ reaches L through row i of s and pⱼ through its column j: ∂L/∂aᵢ = c·Σⱼ gᵢⱼ·pⱼ and ∂L/∂pⱼ = c·Σᵢ gᵢⱼ·aᵢ, that is
    /// ∂L/∂A = c·G·P and ∂L/∂P = c·Gᵀ·A. A partner is pulled to its text, and pushed from the others by their share of the softmax.
    /// </remarks>
    /// <param name="anchors">A: a row of length 1 for each text.</param>
    /// <param name="partners">P: a row of length 1 for the partner of each text.</param>
    /// <param name="scale">c: the larger it is, the more only the nearest of the other partners count.</param>
    /// <param name="gradAnchors">∂L/∂A, overwritten.</param>
    /// <param name="gradPartners">∂L/∂P, overwritten.</param>
    /// <param name="threads">The maximum number of threads.</param>
    /// <returns>L.</returns>
    internal static double ForwardBackward<T>(
        ReadOnlyTensorView<T> anchors,
        ReadOnlyTensorView<T> partners,
        double scale,
        TensorView<T> gradAnchors,
        TensorView<T> gradPartners,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = anchors.Rows;
        var scores = new TensorBuffer<T>(count, count);
        var gradScores = new TensorBuffer<T>(count, count);
        MatMul.MultiplyTransposeB(anchors, partners, scores.View, threads: threads);
        TensorPrimitives.Multiply(scores.Span, T.CreateTruncating(scale), scores.Span);
        int[] own = [.. Enumerable.Range(0, count)];
        double sum = new SoftmaxCrossEntropy<T>().Sum(scores.View, own, scale / count, gradScores.View);
        MatMul.Multiply(gradScores.View, partners, gradAnchors, threads: threads);
        MatMul.MultiplyTransposeA(gradScores.View, anchors, gradPartners, threads: threads);
        return sum / count;
    }
}
