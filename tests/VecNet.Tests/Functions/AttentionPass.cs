using System.Numerics;

namespace VecNet.Tests;

/// <summary>A forward pass with the memory that it needs, which holds NaN at first.</summary>
internal sealed class AttentionPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorBuffer<T> query;
    private readonly TensorBuffer<T> key;
    private readonly TensorBuffer<T> value;
    private readonly int[] queryOffsets;
    private readonly int[] keyOffsets;
    private readonly AttentionOptions options;
    private readonly TensorBuffer<T> scratch;
    private readonly ulong seed;

    public AttentionPass(
        TensorBuffer<T> query, TensorBuffer<T> key, TensorBuffer<T> value,
        int[] queryOffsets, int[] keyOffsets, AttentionOptions options, int threads, ulong seed = 0)
    {
        this.seed = seed;
        (this.query, this.key, this.value) = (query, key, value);
        (this.queryOffsets, this.keyOffsets, this.options) = (queryOffsets, keyOffsets, options);
        Output = Poisoned(query.Rows, value.Columns);
        LogSumExp = Poisoned(query.Rows, options.Heads);
        scratch = Poisoned(threads, ScaledDotProductAttention.GetScratchLength(key.Columns, value.Columns, options.Heads));
        ScaledDotProductAttention.Forward<T>(
            query.View, key.View, value.View, new(queryOffsets), new(keyOffsets), Output.View, LogSumExp.View, options, scratch.View,
            seed);
    }

    public TensorBuffer<T> Output { get; }

    public TensorBuffer<T> LogSumExp { get; }

    public (TensorBuffer<T> GradQuery, TensorBuffer<T> GradKey, TensorBuffer<T> GradValue) Backward(TensorBuffer<T> gradOutput)
    {
        TensorBuffer<T> gradQuery = Poisoned(query.Rows, query.Columns);
        TensorBuffer<T> gradKey = Poisoned(key.Rows, key.Columns);
        TensorBuffer<T> gradValue = Poisoned(value.Rows, value.Columns);
        scratch.Span.Fill(T.NaN);
        ScaledDotProductAttention.Backward<T>(
            query.View, key.View, value.View, new(queryOffsets), new(keyOffsets), Output.View, LogSumExp.View, gradOutput.View,
            gradQuery.View, gradKey.View, gradValue.View, options, scratch.View, seed);
        return (gradQuery, gradKey, gradValue);
    }

    private static TensorBuffer<T> Poisoned(int rows, int columns)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        buffer.Span.Fill(T.NaN);
        return buffer;
    }
}
