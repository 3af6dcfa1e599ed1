using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Multi-head scaled dot-product attention over packed sequences: each query reads the values of its sequence, weighted by how well their
/// keys match.
/// </summary>
/// <remarks>
/// <para>
/// The scores of a sequence of n tokens are n × n numbers for each head. They are computed in tiles, and never stored as a whole, neither
/// forward nor backward: memory grows with n, not with n². Sources: Vaswani et al., "Attention Is All You Need", 2017; Dao et al.,
/// "FlashAttention", 2022.
/// </para>
/// <para>
/// The tiles of a sequence begin with it and have a fixed size, and every sum has a fixed order: the results of a sequence have the same
/// bits alone or in any batch, and on any number of threads.
/// </para>
/// <code>
/// int length = ScaledDotProductAttention.GetScratchLength(keyFeatures: 64, valueFeatures: 64, heads: 4);
/// var scratch = new TensorBuffer&lt;float&gt;(threads, length);
/// ScaledDotProductAttention.Forward(query, key, value, sequences, sequences, output, logSumExp, options, scratch.View);
/// </code>
/// </remarks>
public static class ScaledDotProductAttention
{
    /// <summary>
    /// For each sequence and head: y = softmax(s)·v with the scores sᵢⱼ = scale·(qᵢ·kⱼ), where query i reads all keys j of its sequence, or
    /// those with j ≤ i if the attention is causal.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A head reads and writes its own columns: of n heads, head h has the h-th n-th of the columns of each matrix. Softmax is applied to
    /// each row of scores.
    /// </para>
    /// <para>
    /// A row of scores is divided into tiles A, B, …. With the logarithm of the sum of exponentials of each, λ_A = log Σ_{j∈A} e^(s_j), and
    /// y_A = Σ_{j∈A} e^(s_j − λ_A) v_j, the attention over A alone, two tiles are merged by λ = log(e^(λ_A) + e^(λ_B)) and
    /// y = e^(λ_A − λ) y_A + e^(λ_B − λ) y_B, since e^(λ_A) y_A + e^(λ_B) y_B = Σ e^(s_j) v_j over both.
    /// </para>
    /// <para>
    /// With dropout, y = Σ_j m_ij p_ij v_j with the weights p and factors m that are 0 or 1 / (1 − probability). They depend on the seed
    /// and the numbers of the sequence in the batch, the head, the query and the key, and not on threads.
    /// </para>
    /// <para>The result of a query whose sequence has no key is 0, and its λ is −∞.</para>
    /// <para>
    /// Keys that a causal query does not read have a weight of 0. As in PyTorch, 0 times a NaN or an infinity is NaN, so that one of
    /// these in a value can reach queries shortly before it.
    /// </para>
    /// </remarks>
    /// <param name="query">q, query rows × features.</param>
    /// <param name="key">k, key rows × features, as wide as the queries.</param>
    /// <param name="value">v, key rows × value features.</param>
    /// <param name="querySequences">The sequences of the queries.</param>
    /// <param name="keySequences">The sequences of keys and values, as many; the same offsets for self-attention.</param>
    /// <param name="output">y, query rows × value features, overwritten; it must not share elements with the other views.</param>
    /// <param name="logSumExp">λ, query rows × heads, overwritten; it must not share elements with the other views.</param>
    /// <param name="options">The number of heads and other options.</param>
    /// <param name="scratch">
    /// Scratch memory: a row of <see cref="GetScratchLength"/> elements for each thread that may be used; it must not share elements with
    /// the other views.
    /// </param>
    /// <param name="seed">The seed of the weights to drop, if some are dropped: a new one for each pass.</param>
    /// <exception cref="ArgumentException">
    /// Shapes, sequences or options do not fit, or views share elements that must not; nothing has been written.
    /// </exception>
    public static void Forward<T>(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        TensorView<T> output,
        TensorView<T> logSumExp,
        AttentionOptions options,
        TensorView<T> scratch,
        ulong seed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Continue(query, key, value, querySequences, keySequences, output, logSumExp, options, scratch, seed, position: 0);

    /// <summary>
    /// The forward pass of queries whose sequences have begun before: of each sequence, query 0 is at the given position.
    /// </summary>
    internal static void Continue<T>(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        TensorView<T> output,
        TensorView<T> logSumExp,
        AttentionOptions options,
        TensorView<T> scratch,
        ulong seed,
        int position)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckInputs(query, key, value, querySequences, keySequences, options, scratch);
        Shape.Check<T>(output, query.Rows, value.Columns);
        Shape.Check<T>(logSumExp, query.Rows, options.Heads);
        CheckDisjoint(query, key, value, output);
        CheckDisjoint(query, key, value, logSumExp);
        CheckDisjoint(query, key, value, scratch);
        Overlap.CheckDisjoint<T>(output, logSumExp);
        Overlap.CheckDisjoint<T>(output, scratch);
        Overlap.CheckDisjoint<T>(logSumExp, scratch);
        AttentionWork<T>.Forward(query, key, value, querySequences, keySequences, output, logSumExp, options, scratch, seed, position);
    }

    /// <summary>The gradients of queries, keys and values from that of the output.</summary>
    /// <remarks>
    /// With the weights p_ij = e^(s_ij − λ_i), y_i = Σ_j p_ij v_j. Linear in v: ∂L/∂v_j = Σ_i p_ij g_i with g = ∂L/∂y, that is pᵀ·g.
    /// By the weights: ∂L/∂p_ij = g_i·v_j. Softmax: ∂L/∂s_ij = p_ij (∂L/∂p_ij − Σ_k p_ik ∂L/∂p_ik), where
    /// the sum is Σ_k p_ik g_i·v_k = g_i·y_i: one number for each query, from the output. The scores are s_ij = scale·q_i·k_j, so
    /// ∂L/∂q_i = scale·Σ_j ∂L/∂s_ij k_j and ∂L/∂k_j = scale·Σ_i ∂L/∂s_ij q_i. The weights are computed anew from q, k and λ, tile by tile.
    /// With dropout, v_j is multiplied by m_ij p_ij: ∂L/∂v_j = Σ_i m_ij p_ij g_i and ∂L/∂p_ij = m_ij g_i·v_j, and the sum is g_i·y_i again.
    /// </remarks>
    /// <param name="query">q, as <see cref="Forward"/> read it.</param>
    /// <param name="key">k, as <see cref="Forward"/> read it.</param>
    /// <param name="value">v, as <see cref="Forward"/> read it.</param>
    /// <param name="querySequences">The sequences of the queries.</param>
    /// <param name="keySequences">The sequences of keys and values.</param>
    /// <param name="output">y, as <see cref="Forward"/> wrote it.</param>
    /// <param name="logSumExp">λ, as <see cref="Forward"/> wrote it.</param>
    /// <param name="gradOutput">∂L/∂y, of the shape of the output.</param>
    /// <param name="gradQuery">∂L/∂q, of the shape of the queries, overwritten.</param>
    /// <param name="gradKey">∂L/∂k, of the shape of the keys, overwritten.</param>
    /// <param name="gradValue">∂L/∂v, of the shape of the values, overwritten.</param>
    /// <param name="options">The options of the forward pass.</param>
    /// <param name="scratch">Scratch memory, as in the forward pass.</param>
    /// <param name="seed">The seed of the forward pass.</param>
    /// <exception cref="ArgumentException">
    /// Shapes, sequences or options do not fit, or a result shares elements with another view; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> logSumExp,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradQuery,
        TensorView<T> gradKey,
        TensorView<T> gradValue,
        AttentionOptions options,
        TensorView<T> scratch,
        ulong seed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckInputs(query, key, value, querySequences, keySequences, options, scratch);
        Shape.Check(output, query.Rows, value.Columns);
        Shape.Check(logSumExp, query.Rows, options.Heads);
        Shape.CheckSame(output, gradOutput);
        Shape.CheckSame(query, gradQuery);
        Shape.CheckSame(key, gradKey);
        Shape.CheckSame(value, gradValue);
        CheckResult(gradQuery, nameof(gradQuery), query, key, value, output, logSumExp, gradOutput);
        CheckResult(gradKey, nameof(gradKey), query, key, value, output, logSumExp, gradOutput);
        CheckResult(gradValue, nameof(gradValue), query, key, value, output, logSumExp, gradOutput);
        CheckResult(scratch, nameof(scratch), query, key, value, output, logSumExp, gradOutput);
        Overlap.CheckDisjoint<T>(gradQuery, gradKey);
        Overlap.CheckDisjoint<T>(gradQuery, gradValue);
        Overlap.CheckDisjoint<T>(gradKey, gradValue);
        CheckDisjoint<T>(gradQuery, gradKey, gradValue, scratch);
        AttentionWork<T>.Backward(
            query, key, value, querySequences, keySequences, output, logSumExp, gradOutput,
            gradQuery, gradKey, gradValue, options, scratch, seed);
    }

    /// <summary>The number of elements of scratch memory that a thread needs, forward and backward.</summary>
    /// <param name="keyFeatures">The width of queries and keys, all heads together.</param>
    /// <param name="valueFeatures">The width of the values, all heads together.</param>
    /// <param name="heads">The number of heads.</param>
    /// <exception cref="ArgumentException">The widths are not positive multiples of the number of heads.</exception>
    public static int GetScratchLength(int keyFeatures, int valueFeatures, int heads)
    {
        new AttentionOptions { Heads = heads }.Check(keyFeatures, valueFeatures);
        return AttentionTiles.Length(keyFeatures / heads, valueFeatures / heads);
    }

    private static void CheckInputs<T>(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        AttentionOptions options,
        ReadOnlyTensorView<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(options);
        options.Check(key.Columns, value.Columns);
        Shape.Check(query, querySequences.Rows, key.Columns);
        Shape.Check(key, keySequences.Rows, key.Columns);
        Shape.Check(value, key.Rows, value.Columns);
        if (querySequences.Count != keySequences.Count)
        {
            throw new ArgumentException(
                $"There are {querySequences.Count} sequences of queries and {keySequences.Count} of keys.", nameof(keySequences));
        }

        int length = AttentionTiles.Length(key.Columns / options.Heads, value.Columns / options.Heads);
        if (scratch.Rows < 1 || scratch.Columns < length)
        {
            throw new ArgumentException(
                $"Scratch memory needs a row of {length} elements for each thread; it is {Shape.Describe(scratch)}.", nameof(scratch));
        }
    }

    private static void CheckResult<T>(
        TensorView<T> result,
        string name,
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> logSumExp,
        ReadOnlyTensorView<T> gradOutput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckDisjoint(query, key, value, result, name);
        Overlap.CheckDisjoint(output, result, nameof(output), name);
        Overlap.CheckDisjoint(logSumExp, result, nameof(logSumExp), name);
        Overlap.CheckDisjoint(gradOutput, result, nameof(gradOutput), name);
    }

    private static void CheckDisjoint<T>(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        TensorView<T> result,
        [CallerArgumentExpression(nameof(result))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Overlap.CheckDisjoint(query, result, nameof(query), name);
        Overlap.CheckDisjoint(key, result, nameof(key), name);
        Overlap.CheckDisjoint(value, result, nameof(value), name);
    }
}
