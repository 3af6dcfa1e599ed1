namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Attention, transformers, recurrent layers and convolutions beside libtorch.</summary>
internal static class SequenceSubject
{
    private const string Word = "sequences";

    internal static Subject Create() => new()
    {
        Word = Word,
        Title = "Layers and networks over sequences compared with libtorch",
        Help = (
            "Compares attention, transformer blocks, small GPTs, an encoder, LSTM, GRU and convolutions with libtorch, each in a process "
                + "of its own, in turns.",
            "About two minutes: shorter turns, without rows of more than 10 GFLOP."),
        Precisions = [Precision.Float32],
        Legend =
        [
            "float32; the tables show the microseconds of one call in the best round, and the speed of its matrix products in percent of "
                + "the peak of the same number of threads; of causal attention only the pairs of tokens that are read count",
            "attention reads queries, keys and values side by side, as a projection writes them; libtorch's is "
                + "scaled_dot_product_attention",
            "a step of a layer is forward pass, backward pass with the gradient of the input, and a step of SGD; a step of a GPT is one "
                + "of AdamW, with the mean cross-entropy of all tokens",
            "a step of an encoder with a classifier of its texts is one of AdamW, too, with the mean cross-entropy of the texts; its "
                + "learning rate is that of fine-tuning, and there is no dropout",
            "LSTM and GRU have as many input features as hidden units, and in libtorch time as the first dimension, which is faster there "
                + "than the batch",
            "blocks and texts of different lengths have log-normal lengths; libtorch pads them to the longest, with a mask",
            "all libraries have the same parameters and batch; before a row is timed, the outputs and all gradients of attention, the "
                + "outputs, the gradients of inputs and the changed parameters of layers, and the losses of three steps of a GPT or an "
                + "encoder must agree with VecNet's to 1e-4",
            "libtorch's optimizers are those of TorchSharp, which make several calls per parameter, because a .NET program cannot use "
                + "libtorch's fused optimizers",
            "ratio: VecNet's speed divided by libtorch's",
        ],
        Groups = SequenceRows.Groups,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetSequences),
            () => Contenders.Torch(Word),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(20), FewestRounds: 4, MostRounds: 30, TimeSpan.FromMinutes(12)),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 3, MostRounds: 8, TimeSpan.FromSeconds(90))),
        Cell = (row, contender) =>
            $"{MarkdownReport.Microseconds(row.Seconds(contender))} ({MarkdownReport.Percent(row.PartOfPeak(contender))})",
        Columns = _ =>
        [
            new("VecNet tokens/s", row => $"{((SequenceRow)row.Row).Rows / row.Seconds(Contender.VecNet):F0}"),
        ],
        Notes = (group, _) =>
        [
            $"goal: at least {MarkdownReport.Two(SequenceRows.GoalOf(group.Group))}; below: " + MarkdownReport.OrNone(
                from row in @group.Rows
                where row.Ratio < SequenceRows.GoalOf(@group.Group)
                select $"{row.Row.Name} ({MarkdownReport.Two(row.Ratio)})"),
        ],
        Fields = row =>
        {
            var sequences = (SequenceRow)row;
            return
            [
                ("kind", sequences.Model.ToString()), ("pass", sequences.Pass.ToString()), ("width", sequences.Width),
                ("length", sequences.Length), ("batch", sequences.Batch), ("causal", sequences.IsCausal), ("layers", sequences.Layers),
                ("tokens", sequences.Rows), ("operations", sequences.FloatingPointOperations),
            ];
        },
    };
}
