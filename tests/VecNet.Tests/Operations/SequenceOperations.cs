using System.Numerics;
using static VecNet.Tests.Access;

namespace VecNet.Tests;

/// <summary>The operations of sequences, over sample sequences, and gated units.</summary>
internal static class SequenceOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The scratch memory of the calls on a thread. To allocate it for each call would take most of the time.</summary>
    [ThreadStatic]
    private static TensorBuffer<T>? scratch;

    public static IEnumerable<Operation<T>> All =>
        [.. Gates(), .. Attentions(), .. Positions(), .. Poolings(), .. RecurrentOperations<T>.All, .. ConvolutionOperations<T>.All,
            .. VocabularyOperations<T>.All];

    /// <summary>Two heads over several sequences, each of which has one key more than queries unless the attention is causal.</summary>
    /// <remarks>
    /// The backward pass gets values of any kind for those that the forward pass wrote; the scale keeps the weights small.
    /// </remarks>
    private static IEnumerable<Operation<T>> Attentions()
    {
        const int Heads = 2;
        var options = new AttentionOptions { Heads = Heads, Scale = 0.01 };
        AttentionOptions causal = options with { IsCausal = true, AlibiSlopes = [0.5, 0.01] };
        static int[] Queries(Sizes s) => SampleSequences.Offsets(s.Rows);
        static int[] Keys(Sizes s, bool isCausal) => [.. Queries(s).Select((row, i) => isCausal ? row : row + i)];
        static int Length(Sizes s) => ScaledDotProductAttention.GetScratchLength(Heads * s.Columns, Heads * s.Outputs, Heads);
        static TensorView<T> Scratch(int length)
        {
            const int Threads = 3;
            if (scratch is null || scratch.Length < Threads * length)
            {
                scratch = new(Threads, length);
            }

            return new(scratch.Span, Threads, length);
        }

        static Operand[] Operands(Sizes s, bool isCausal, params Operand[] others)
        {
            int keys = Keys(s, isCausal)[^1];
            return
            [
                new("query", s.Rows, Heads * s.Columns, Read), new("key", keys, Heads * s.Columns, Read),
                new("value", keys, Heads * s.Outputs, Read), .. others,
            ];
        }

        Operation<T> Forward(string choice, AttentionOptions o) => new(
            $"ScaledDotProductAttention.Forward{choice}",
            s => Operands(
                s, o.IsCausal, new("output", s.Rows, Heads * s.Outputs, Write), new("logSumExp", s.Rows, Heads, Write)),
            s =>
            {
                (int[] queries, int[] keys, int length) = (Queries(s), Keys(s, o.IsCausal), Length(s));
                return x => ScaledDotProductAttention.Forward(
                    x[0], x[1], x[2], new(queries), new(keys), x[3], x[4], o, Scratch(length));
            }) { Least = new(0, 1, 1) };
        Operation<T> Backward(string choice, AttentionOptions o) => new(
            $"ScaledDotProductAttention.Backward{choice}",
            s => Operands(
                s, o.IsCausal, new("output", s.Rows, Heads * s.Outputs, Read),
                new("logSumExp", s.Rows, Heads, Read, IsPositive: true), new("gradOutput", s.Rows, Heads * s.Outputs, Read),
                new("gradQuery", s.Rows, Heads * s.Columns, Write), new("gradKey", Keys(s, o.IsCausal)[^1], Heads * s.Columns, Write),
                new("gradValue", Keys(s, o.IsCausal)[^1], Heads * s.Outputs, Write)),
            s =>
            {
                (int[] queries, int[] keys, int length) = (Queries(s), Keys(s, o.IsCausal), Length(s));
                return x => ScaledDotProductAttention.Backward(
                    x[0], x[1], x[2], new(queries), new(keys), x[3], x[4], x[5], x[6], x[7], x[8], o, Scratch(length));
            }) { Least = new(0, 1, 1) };
        const string Causal = ", causal with linear biases";
        return [Forward("", options), Forward(Causal, causal), Backward("", options), Backward(Causal, causal)];
    }

    private static IEnumerable<Operation<T>> Gates()
    {
        static Operand Halves(Sizes s, string name, Access access) => new(name, s.Rows, 2 * s.Columns, access);
        foreach (GateFunction gate in Enum.GetValues<GateFunction>())
        {
            yield return new(
                $"GatedLinearUnit.Forward, {gate}", s => [Halves(s, "input", Read), Like(s, "output", Write)],
                x => GatedLinearUnit.Forward(x[0], x[1], gate));
            yield return new(
                $"GatedLinearUnit.Backward, {gate}",
                s => [Halves(s, "input", Read), Like(s, "gradOutput", Read), Halves(s, "gradInput", Write)],
                x => GatedLinearUnit.Backward(x[0], x[1], x[2], gate));
        }
    }

    private static IEnumerable<Operation<T>> Positions()
    {
        static Operand Table(Sizes s, Access access) => new("table", s.Rows + 1, s.Columns, access);
        return
        [
            new(
                "PositionalEmbedding.Forward", s => [Like(s, "input", Read), Table(s, Read), Like(s, "output", Write, "input")], s =>
                {
                    int[] offsets = SampleSequences.Offsets(s.Rows);
                    return x => PositionalEmbedding.Forward(x[0], new(offsets), x[1], x[2]);
                }),
            new("PositionalEmbedding.Backward", s => [Like(s, "gradOutput", Read), Table(s, Write)], s =>
            {
                int[] offsets = SampleSequences.Offsets(s.Rows);
                return x => PositionalEmbedding.Backward(new(offsets), x[0], x[1]);
            }),
            new("SinusoidalEncoding.Forward", s => [Like(s, "input", Read), Like(s, "output", Write, "input")], s =>
            {
                int[] offsets = SampleSequences.Offsets(s.Rows);
                return x => SinusoidalEncoding.Forward(x[0], new(offsets), x[1], 1.5, 3);
            }),
            new(
                "SinusoidalEncoding.Backward", s => [Like(s, "gradOutput", Read), Like(s, "gradInput", Write, "gradOutput")],
                x => SinusoidalEncoding.Backward(x[0], x[1], 1.5)),
            .. Rotations(),
        ];
    }

    private static IEnumerable<Operation<T>> Rotations()
    {
        foreach (RotaryPairing pairing in Enum.GetValues<RotaryPairing>())
        {
            yield return new(
                $"RotaryEmbedding.Forward, {pairing}", s => [Like(s, "input", Read), Like(s, "output", Write, "input")], s =>
                {
                    (int[] offsets, RotaryOptions options) = Rotation(s, pairing);
                    return x => RotaryEmbedding.Forward(x[0], new(offsets), x[1], options);
                });
            yield return new(
                $"RotaryEmbedding.Backward, {pairing}", s => [Like(s, "gradOutput", Read), Like(s, "gradInput", Write, "gradOutput")], s =>
                {
                    (int[] offsets, RotaryOptions options) = Rotation(s, pairing);
                    return x => RotaryEmbedding.Backward(x[0], new(offsets), x[1], options);
                });
        }

        static (int[] Offsets, RotaryOptions Options) Rotation(Sizes s, RotaryPairing pairing) => (
            SampleSequences.Offsets(s.Rows),
            new()
            {
                Heads = s.Columns % 2 == 0 ? 2 : 1,
                RotatedFeatures = s.Columns % 2 == 0 ? s.Columns / 4 * 2 : s.Columns - 1,
                Pairing = pairing,
            });
    }

    private static IEnumerable<Operation<T>> Poolings()
    {
        static Operand BySequence(Sizes s, string name, Access access) =>
            new(name, SampleSequences.Offsets(s.Rows).Length - 1, s.Columns, access);
        foreach (PoolingMode mode in Enum.GetValues<PoolingMode>())
        {
            yield return new(
                $"SequencePooling.Forward, {mode}", s => [Like(s, "input", Read), BySequence(s, "output", Write)], s =>
                {
                    int[] offsets = SampleSequences.Offsets(s.Rows);
                    return x => SequencePooling.Forward(x[0], new(offsets), x[1], mode);
                });
            yield return new(
                $"SequencePooling.Backward, {mode}",
                s =>
                [
                    Like(s, "input", Read), BySequence(s, "output", Read), BySequence(s, "gradOutput", Read), Like(s, "gradInput", Write),
                ],
                s =>
                {
                    int[] offsets = SampleSequences.Offsets(s.Rows);
                    return x => SequencePooling.Backward(x[0], new(offsets), x[1], x[2], x[3], mode);
                });
        }
    }

    private static Operand Like(Sizes sizes, string name, Access access, params string[] over) =>
        Operations<T>.Like(sizes, name, access, over);
}
