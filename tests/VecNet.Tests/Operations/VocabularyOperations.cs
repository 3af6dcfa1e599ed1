using System.Numerics;
using static VecNet.Tests.Access;

namespace VecNet.Tests;

/// <summary>The functions that language models need at both ends.</summary>
internal static class VocabularyOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Entries = 5;

    public static IEnumerable<Operation<T>> All =>
    [
        new(
            "Embedding.Forward, integers",
            s => [new("table", Entries, s.Outputs, Read), new("output", s.Rows, s.Columns * s.Outputs, Write)],
            s =>
            {
                int[] indices = Integers(s.Rows * s.Columns);
                return x => Embedding.Forward(indices, x[0], x[1]);
            }),
        new(
            "Embedding.Backward, integers",
            s => [new("gradOutput", s.Rows, s.Columns * s.Outputs, Read), new("gradTable", Entries, s.Outputs, Write)],
            s =>
            {
                int[] indices = Integers(s.Rows * s.Columns);
                return x => Embedding.Backward(indices, x[0], x[1]);
            }),
        .. Bags("", PoolingMode.Mean, isWeighted: false),
        .. Bags(", weighted sum, accumulated", PoolingMode.Sum, isWeighted: true),
        .. Windows("", PoolingMode.Max, new() { KernelSize = 3 }),
        .. Windows(
            ", mean with strides", PoolingMode.Mean,
            new() { KernelSize = 2, Padding = Conv1dPadding.Causal, Stride = 2, Dilation = 2 }),
        .. Losses("", 1, new SoftmaxCrossEntropy<T>()),
        .. Losses(", ignored rows on three threads", 3, new SoftmaxCrossEntropy<T>(ignoredClass: 1)),
        .. Projections("", 1),
        .. Projections(", accumulated on three threads", 3),
    ];

    private static int[] Integers(int count) => [.. Enumerable.Range(0, count).Select(i => i * 7 % Entries)];

    private static IEnumerable<Operation<T>> Bags(string form, PoolingMode mode, bool isWeighted)
    {
        static Operand[] If(bool isThere, Operand operand) => isThere ? [operand] : [];
        Operand[] With(Sizes s, params Operand[] others) =>
            [new("table", Entries, s.Columns, Read), .. If(isWeighted, new("weights", 1, s.Rows, Read)), .. others];
        int next = isWeighted ? 2 : 1;
        yield return new(
            $"EmbeddingBag.Forward{form}",
            s => With(s, new Operand("output", SampleSequences.Offsets(s.Rows).Length - 1, s.Columns, Write)),
            s =>
            {
                (int[] indices, int[] offsets) = (Integers(s.Rows), SampleSequences.Offsets(s.Rows));
                return x => EmbeddingBag.Forward(indices, new(offsets), isWeighted ? x[1] : default, x[0], x[next], mode);
            });
        yield return new(
            $"EmbeddingBag.Backward{form}",
            s => With(
                s,
                [
                    new("gradOutput", SampleSequences.Offsets(s.Rows).Length - 1, s.Columns, Read),
                    new("gradTable", Entries, s.Columns, isWeighted ? Update : Write),
                    .. If(isWeighted, new("gradWeights", 1, s.Rows, Write)),
                ]),
            s =>
            {
                (int[] indices, int[] offsets) = (Integers(s.Rows), SampleSequences.Offsets(s.Rows));
                return x => EmbeddingBag.Backward(
                    indices, new(offsets), isWeighted ? x[1] : default, x[0], x[next], x[next + 1], isWeighted ? x[next + 2] : default,
                    mode, accumulate: isWeighted);
            });
    }

    private static IEnumerable<Operation<T>> Windows(string form, PoolingMode mode, Conv1dOptions options)
    {
        int OutputRows(Sizes s)
        {
            int[] offsets = SampleSequences.Offsets(s.Rows);
            Conv1d.GetOutputOffsets(new(offsets), offsets, options);
            return offsets[^1];
        }

        yield return new(
            $"Pool1d.Forward{form}", s => [new("input", s.Rows, s.Columns, Read), new("output", OutputRows(s), s.Columns, Write)],
            s =>
            {
                int[] offsets = SampleSequences.Offsets(s.Rows);
                return x => Pool1d.Forward(x[0], new(offsets), x[1], options, mode);
            });
        yield return new(
            $"Pool1d.Backward{form}",
            s =>
            [
                new("input", s.Rows, s.Columns, Read), new("output", OutputRows(s), s.Columns, Read),
                new("gradOutput", OutputRows(s), s.Columns, Read), new("gradInput", s.Rows, s.Columns, Write),
            ],
            s =>
            {
                int[] offsets = SampleSequences.Offsets(s.Rows);
                return x => Pool1d.Backward(x[0], new(offsets), x[1], x[2], x[3], options, mode);
            });
    }

    /// <summary>Blocks of two rows; on several threads, gradients are accumulated.</summary>
    private static IEnumerable<Operation<T>> Losses(string form, int threads, ILoss<T> loss)
    {
        Access written = threads > 1 ? Update : Write;
        Operand[] Operands(Sizes s, params Operand[] others) =>
        [
            new("hidden", s.Rows, s.Columns, Read), new("table", s.Outputs, s.Columns, Read), new("bias", 1, s.Outputs, Read),
            new("targets", s.Rows, s.Outputs, Labels), .. others, new("value", 1, 1, Returned),
        ];
        yield return new(
            $"ProjectedLoss.Forward{form}", s => Operands(s),
            s =>
            {
                var scratch = new TensorBuffer<T>(2, ProjectedLoss.GetScratchColumns(s.Outputs));
                return x => x[4][0, 0] = ProjectedLoss.Forward(loss, x[0], x[1], x[2], x.Labels(3), scratch.View, threads);
            });
        yield return new(
            $"ProjectedLoss.ForwardBackward{form}",
            s => Operands(
                s,
                new("gradHidden", s.Rows, s.Columns, Write), new("gradTable", s.Outputs, s.Columns, written),
                new("gradBias", 1, s.Outputs, written)),
            s =>
            {
                var scratch = new TensorBuffer<T>(2, ProjectedLoss.GetScratchColumns(s.Outputs));
                return x => x[7][0, 0] = ProjectedLoss.ForwardBackward(
                    loss, x[0], x[1], x[2], x.Labels(3), x[4], x[5], x[6], scratch.View, accumulate: threads > 1, threads);
            });
    }

    private static IEnumerable<Operation<T>> Projections(string form, int threads)
    {
        Access written = threads > 1 ? Update : Write;
        yield return new(
            $"VocabularyProjection.Forward{form}",
            s =>
            [
                new("hidden", s.Rows, s.Columns, Read), new("table", s.Outputs, s.Columns, Read), new("bias", 1, s.Outputs, Read),
                new("output", s.Rows, s.Outputs, Write),
            ],
            x => VocabularyProjection.Forward(x[0], x[1], x[2], x[3], threads));
        yield return new(
            $"VocabularyProjection.Backward{form}",
            s =>
            [
                new("hidden", s.Rows, s.Columns, Read), new("table", s.Outputs, s.Columns, Read),
                new("gradOutput", s.Rows, s.Outputs, Read), new("gradHidden", s.Rows, s.Columns, Write),
                new("gradTable", s.Outputs, s.Columns, written), new("gradBias", 1, s.Outputs, written),
            ],
            x => VocabularyProjection.Backward(x[0], x[1], x[2], x[3], x[4], x[5], accumulate: threads > 1, threads));
    }
}
