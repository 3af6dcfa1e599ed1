namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The layers and networks over sequences that are compared.</summary>
internal static class SequenceRows
{
    /// <summary>A quick run has no row whose products take longer than some tenths of a second.</summary>
    private const double MostOperationsOfQuickRun = 1e10;

    private const int Characters = 65;
    private const int TokensOfGpt2 = 50_257;
    private const int TokensOfMiniLm = 30_522;

    private static readonly int[] AttentionLengths = [16, 64, 128, 256, 512, 1024];
    private static readonly int[] AttentionWidths = [768, 384];

    /// <summary>Each group with the ratio that it should reach.</summary>
    private static IReadOnlyList<(RowGroup Group, double Goal)> WithGoals { get; } =
    [
        (new("attention", "Attention, forward", Attention(Pass.Forward)), 1.3),
        (new("attention-gradients", "Attention, forward + backward", Attention(Pass.ForwardBackward)), 1.3),
        (new("block", "Transformer block, training step, batch 8",
        [
            .. from width in (int[])[128, 384, 768]
               from length in (int[])[64, 256]
               select new SequenceRow(SequenceModel.Block, width, length, 8, Pass.Step),
        ]), 1.3),
        (new("gpt", "GPT on characters, training step with AdamW", RowGroup.WithTwoThreads(
            [Gpt(4, 128, 64, 12), Gpt(4, 128, 256, 8), Gpt(6, 384, 64, 12), Gpt(6, 384, 256, 8)], _ => true)), 1.4),
        (new("gpt2", "GPT of the size of GPT-2, training step with AdamW", [Gpt(12, 768, 64, 4, TokensOfGpt2)]), 1.3),
        (new("fine-tuning", "Encoder of the size of MiniLM with a classifier, training step with AdamW", RowGroup.WithTwoThreads(
            [Encoder(SequenceModel.Encoder, 64), Encoder(SequenceModel.RaggedEncoder, 128)], _ => true)), 1.3),
        (new("recurrent", "LSTM and GRU, inference", Recurrent(Pass.Forward)), 1.5),
        (new("recurrent-training", "LSTM and GRU, training step", Recurrent(Pass.Step)), 1.5),
        (new("conv", "Convolution, training step",
        [
            .. from batch in (int[])[1, 8]
               from kernelSize in (int[])[3, 5]
               from length in (int[])[128, 1024]
               select new SequenceRow(SequenceModel.Conv1d, 64, length, batch, Pass.Step) { KernelSize = kernelSize },
        ]), 1.3),
        (new("ragged", "Sequences of different lengths, which libtorch pads", RowGroup.WithTwoThreads(
        [
            .. from pass in (Pass[])[Pass.Forward, Pass.Step]
               select new SequenceRow(SequenceModel.RaggedBlock, 384, 200, 64, pass),
        ], _ => true)), 2.5),
    ];

    /// <summary>All rows.</summary>
    internal static IEnumerable<SequenceRow> All => WithGoals.SelectMany(entry => entry.Group.Rows).Cast<SequenceRow>();

    /// <summary>The groups, for a quick run without long rows.</summary>
    internal static IReadOnlyList<RowGroup> Groups(bool isQuick) =>
    [
        .. from entry in WithGoals
           select entry.Group with
           {
               Rows = [.. entry.Group.Rows.Where(row => !isQuick || row.FloatingPointOperations <= MostOperationsOfQuickRun)],
           },
    ];

    /// <summary>The ratio that the rows of a group should reach.</summary>
    internal static double GoalOf(RowGroup group) => WithGoals.First(entry => entry.Group.Name == group.Name).Goal;

    private static IReadOnlyList<ComparedRow> Attention(Pass pass) =>
    [
        .. from width in AttentionWidths
           from batch in (int[])[1, 8]
           from length in AttentionLengths
           from isCausal in (bool[])[false, true]
           select new SequenceRow(SequenceModel.Attention, width, length, batch, pass) { IsCausal = isCausal },
    ];

    private static IReadOnlyList<ComparedRow> Recurrent(Pass pass) =>
    [
        .. from model in (SequenceModel[])[SequenceModel.Lstm, SequenceModel.Gru]
           from width in (int[])[64, 128, 256, 512]
           from length in (int[])[32, 256]
           from batch in (int[])[1, 8, 32]
           select new SequenceRow(model, width, length, batch, pass),
    ];

    private static SequenceRow Encoder(SequenceModel model, int length) =>
        new(model, 384, length, 32, Pass.Step) { Layers = 6, Vocabulary = TokensOfMiniLm };

    private static SequenceRow Gpt(int layers, int width, int length, int batch, int vocabulary = Characters) =>
        new(SequenceModel.Gpt, width, length, batch, Pass.Step) { Layers = layers, Vocabulary = vocabulary, IsCausal = true };
}
