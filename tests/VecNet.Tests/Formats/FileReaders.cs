using System.IO.Compression;
using System.Text;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>A way to read a file: by its path, and from a stream.</summary>
/// <param name="Name">The name of the reader.</param>
/// <param name="Methods">The public methods that it covers, as <c>Type.Method</c>; a test checks that all of them are covered.</param>
/// <param name="Seeds">Files to read and to damage: valid ones and malicious ones.</param>
/// <param name="Read">Reads a file, and returns its content as text.</param>
/// <param name="ReadStream">Reads a stream, and returns its content as text.</param>
/// <param name="Refusal">The documented exception.</param>
internal sealed record FileReader(
    string Name, string[] Methods, IReadOnlyList<byte[]> Seeds, Func<string, string> Read, Func<Stream, string> ReadStream, Type Refusal)
{
    /// <summary>Whether the format has a checksum of its content, which detects every changed bit.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>Reads bytes in memory, and returns their content as text; null for readers of tables, which have no such form.</summary>
    public Func<ReadOnlyMemory<byte>, string>? ReadMemory { get; init; }
}

/// <summary>
/// The list of all file readers of the libraries, which the tests of fuzzing, pipes and checksums enumerate.
/// </summary>
internal static class FileReaders
{
    private const string Name = "stream";

    private static readonly string[] NumberNames = ["a", "b"];

    public static IReadOnlyList<FileReader> All { get; } = [.. Tensors(), .. Arrays(), .. Tables(), .. Tokenizers()];

    public static FileReader Of(string name) => All.Single(reader => reader.Name == name);

    private static IEnumerable<FileReader> Tensors()
    {
        byte[][] safetensors = [.. Interop.Names("", ".safetensors").Select(Interop.Bytes)];
        Type invalid = typeof(InvalidDataException);
        yield return new(
            "safetensors", ["SafetensorsFile.Read"], safetensors, path => Content(SafetensorsFile.Read(path)),
            stream => Content(SafetensorsFile.Read(stream)), invalid) { ReadMemory = bytes => Content(SafetensorsFile.Read(bytes)) };
        yield return new(
            "model", ["Model.Load"], [SavedModel(), .. safetensors],
            path => Content(Model.Load<float>(path)), stream => Content(Model.Load<float>(stream)), invalid)
        {
            ReadMemory = bytes => Content(Model.Load<float>(bytes)),
        };
        yield return new(
            "classifier", ["Classifier.Load"], [SavedModel(), .. safetensors],
            path => Content(Classifier.Load<string>(path).Model), stream => Content(Classifier.Load<string>(stream).Model), invalid)
        {
            ReadMemory = bytes => Content(Classifier.Load<string>(bytes).Model),
        };
        yield return new(
            "regressor", ["Regressor.Load"], [SavedRegressor(), .. safetensors],
            path => Content(Regressor.Load(path).Model), stream => Content(Regressor.Load(stream).Model), invalid)
        {
            ReadMemory = bytes => Content(Regressor.Load(bytes).Model),
        };
        yield return new(
            "text classifier", ["TextClassifier.Load"], [SavedTextClassifier(), .. safetensors],
            path => Content(TextClassifier.Load<string>(path)), stream => Content(TextClassifier.Load<string>(stream)), invalid)
        {
            ReadMemory = bytes => Content(TextClassifier.Load<string>(bytes)),
        };
        SentenceEncoder encoder = TinyEncoder.LoadOnce();
        yield return new(
            "classifier of vectors", ["EmbeddingClassifier.Load"], [SavedEmbeddingClassifier(encoder), .. safetensors],
            path => Content(EmbeddingClassifier.Load<string>(path, encoder).Head.Model),
            stream => Content(EmbeddingClassifier.Load<string>(stream, encoder).Head.Model), invalid);
        yield return new(
            "parameters", ["Model.LoadParameters"], [SavedModel(), .. safetensors],
            path => Parameters(network => Model.LoadParameters(network, path)),
            stream => Parameters(network => Model.LoadParameters(network, stream)), invalid)
        {
            ReadMemory = bytes => Parameters(network => Model.LoadParameters(network, bytes)),
        };
        yield return new(
            "checkpoint", ["CheckpointFile.Load"], [SavedCheckpoint(), .. safetensors],
            path => Content(CheckpointFile.Load<float>(path)),
            stream => Content(CheckpointFile.Load<float>(stream)),
            invalid) { ReadMemory = bytes => Content(CheckpointFile.Load<float>(bytes)) };
    }

    private static byte[] SavedEmbeddingClassifier(SentenceEncoder encoder)
    {
        using var stream = new MemoryStream();
        EmbeddingClassifier.Fit(encoder, ["a red fox", "b c"], ["x", "y"]).Save(stream);
        return stream.ToArray();
    }

    private static IEnumerable<FileReader> Tokenizers()
    {
        const string Json = """
            {"added_tokens": [{"id": 0, "content": "[UNK]", "normalized": false, "special": true}],
             "normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##b": 5}}}
            """;
        byte[][] seeds = [.. new[] { "[UNK]\n[CLS]\n[SEP]\na\n##b\n\u00E9\n", "[CLS]\r\n[SEP]\r\n[UNK]\r\n", Json }
            .Select(Encoding.UTF8.GetBytes)];
        yield return new(
            "tokenizer", ["WordPieceTokenizer.Load"], seeds, path => Content(WordPieceTokenizer.Load(path)),
            stream => Content(WordPieceTokenizer.Load(stream)), typeof(InvalidDataException));

        yield return new(
            "byte-level tokenizer", ["ByteLevelTokenizer.Load"], [Encoding.UTF8.GetBytes(ByteLevelFileTests.Json().ToJsonString())],
            path => Tokens(ByteLevelTokenizer.Load(path)), stream => Tokens(ByteLevelTokenizer.Load(stream)), typeof(InvalidDataException));

        static string Content(WordPieceTokenizer tokenizer) => $"{Tokens(tokenizer)}\n{tokenizer.Options}";

        static string Tokens(PretrainedTokenizer tokenizer) =>
            string.Join('\n', Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.GetToken));
    }

    private static IEnumerable<FileReader> Arrays()
    {
        Type invalid = typeof(InvalidDataException);
        byte[][] idx = [.. Interop
            .Names("idx_", "")
            .Concat(Interop.Json("idx.json").GetProperty("files").EnumerateObject().Select(file => file.Name))
            .Select(Interop.Bytes)];
        byte[][] npz =
        [
            SavedArrays(compress: false), SavedArrays(compress: true), Interop.Bytes("savez.npz"), Interop.Bytes("savez_compressed.npz"),
        ];
        yield return new(
            "npy", ["NpyFile.Read"], [.. Interop.Names("", ".npy").Select(Interop.Bytes)],
            path => Content(NpyFile.Read(path)), stream => ContentOfAll(stream, NpyFile.Read), invalid)
        {
            ReadMemory = bytes => Content(NpyFile.Read(bytes)),
        };
        yield return new(
            "npz",
            ["NpzFile.Read"],
            npz,
            path => Content(NpzFile.Read(path)),
            stream => Content(NpzFile.Read(stream)),
            invalid) { HasChecksum = true, ReadMemory = bytes => Content(NpzFile.Read(bytes)) };
        yield return new(
            "npz by name", ["NpzFile.Read"], npz,
            path => Content(NpzFile.Read(path, "weights")),
            stream => Content(NpzFile.Read(stream, "weights")),
            invalid) { HasChecksum = true, ReadMemory = bytes => Content(NpzFile.Read(bytes, "weights")) };
        yield return new(
            "idx", ["IdxFile.Read"], idx, path => Content(IdxFile.Read(path)), stream => ContentOfAll(stream, IdxFile.Read), invalid)
        {
            ReadMemory = bytes => Content(IdxFile.Read(bytes)),
        };
        yield return new(
            "idx.gz", ["IdxFile.Read"], [.. idx.Select(Gzip)],
            path => Content(IdxFile.Read(path)), stream => ContentOfAll(stream, IdxFile.Read), invalid)
        {
            HasChecksum = true,
            ReadMemory = bytes => Content(IdxFile.Read(bytes)),
        };
    }

    private static IEnumerable<FileReader> Tables()
    {
        Type refusal = typeof(CsvDataException);
        byte[][] tables =
        [
            "a,b,label\n1,2,x\n3,4.5,y\n"u8.ToArray(),
            "\ufeff\"a\",\"b\",label\r\n-1e-5,2,\"x, y\"\r\n7,8,z\r\n"u8.ToArray(),
            "a,b,label\n1,3,0\n2,4,1\n"u8.ToArray(),
            "a,b,label\n1,\"2\",\"NA\"\n\n\0003,4,y\n"u8.ToArray(),
            "1,2,3\n4,5,6\n\n"u8.ToArray(),
            File.ReadAllBytes(TestData.PathOf("iris.csv")),
        ];
        byte[][] texts = [.. new[] { "en\ta text\nde\tein Text\n", "one\ttwo words\r\nother\t\u00e9\u4e2d\n" }
            .Select(Encoding.UTF8.GetBytes)];
        byte[][] textTables = [.. new[] { "text,label\n\"a, text\",x\nein Text,y\n" }.Select(Encoding.UTF8.GetBytes)];
        byte[][] splits = [.. new[] { "row,set\n0,train\n1,test\n2,train\n", "set,row\ntest,2\ntrain,1\ntrain,0\n" }
            .Select(Encoding.UTF8.GetBytes)];
        var features = TableFeatures.CreateNumeric(NumberNames);
        var rules = new CsvColumnRules { Categorical = ["b"], FillMissing = true };
        var filling = new CsvColumnRules { FillMissing = true };
        yield return new(
            "csv",
            ["CsvTable.Read"],
            tables,
            path => Content(CsvTable.Read(path)),
            stream => Content(CsvTable.Read(stream, Name)),
            refusal);
        yield return new(
            "csv with a target", ["CsvTable.Read"], tables,
            path => Labeled(CsvTable.Read(path, "label")), stream => Labeled(CsvTable.Read(stream, Name, "label")), refusal);
        yield return new(
            "csv by names", ["CsvTable.Read"], tables,
            path => Content(CsvTable.Read(path, NumberNames)), stream => Content(CsvTable.Read(stream, Name, features)), refusal);
        yield return new(
            "csv cells", ["CsvCells.Read"], tables,
            path => Content(CsvCells.Read(path, "label", rules)), stream => Content(CsvCells.Read(stream, Name, "label", rules)), refusal);
        yield return new(
            "csv to learn from", ["CsvCells.Read"], tables,
            path => Learned(CsvCells.Read(path, "label", filling)),
            stream => Learned(CsvCells.Read(stream, Name, "label", filling)),
            refusal);
        yield return new(
            "csv without a header", ["CsvTable.Read"], tables,
            path => Content(CsvTable.Read(path, header: CsvHeader.None)),
            stream => Content(CsvTable.Read(stream, Name, header: CsvHeader.None)),
            refusal);
        yield return new(
            "csv without a column", ["CsvTable.ReadWithout"], tables,
            path => Content(CsvTable.ReadWithout(path, "label")), stream => Content(CsvTable.ReadWithout(stream, Name, "label")), refusal);
        yield return new(
            "csv columns", ["CsvColumnSummary.Read"], tables, path => Content(CsvColumnSummary.Read(path)),
            stream => Content(CsvColumnSummary.Read(stream, Name)), refusal);
        yield return new(
            "split",
            ["RowSplitFile.Read"],
            splits,
            path => Content(RowSplitFile.Read(path, 3)),
            stream => Content(RowSplitFile.Read(stream, Name, 3)),
            refusal);
        yield return new(
            "texts", ["TextTable.Read"], texts,
            path => Content(TextTable.Read(path)), stream => Content(TextTable.Read(stream, Name)), refusal);
        yield return new(
            "texts without labels", ["TextTable.Read"], texts,
            path => Content(TextTable.Read(path, readLabels: false)),
            stream => Content(TextTable.Read(stream, Name, readLabels: false)),
            refusal);
        yield return new(
            "texts in a csv", ["TextTable.ReadCsv"], textTables,
            path => Content(TextTable.ReadCsv(path, "text", "label")),
            stream => Content(TextTable.ReadCsv(stream, Name, "text", "label")),
            refusal);
    }

    public static byte[] Gzip(byte[] content)
    {
        using var file = new MemoryStream();
        using (var compressed = new GZipStream(file, CompressionLevel.Optimal))
        {
            compressed.Write(content);
        }

        return file.ToArray();
    }

    public static byte[] BytesOf(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static string Content(SafetensorsFile file) => string.Join(
        '\n',
        file.Tensors.Select(tensor =>
            $"{tensor.Name} {tensor.Type} [{string.Join(", ", tensor.Shape)}] {Convert.ToHexString(tensor.Data.Span)}")
            .Concat(file.Metadata.Select(entry => $"{entry.Key}: {entry.Value}")));

    private static string Content(Model<float> model) => $"{model.GetParametersHash()} {string.Join(", ", model.ClassNames ?? [])}";

    private static string Content(TrainingCheckpoint<float> checkpoint) =>
        $"{checkpoint.Epoch} {checkpoint.Position} {string.Join(' ', checkpoint.Parameters)} {string.Join(' ', checkpoint.Order)} "
            + $"{string.Join(' ', checkpoint.OptimizerState)}";

    private static string Content(StoredArray array) =>
        $"{array.Element} [{string.Join(", ", array.Shape)}] {Convert.ToHexString(array.Data.Span)}";

    private static string Content(IReadOnlyDictionary<string, StoredArray> arrays) =>
        string.Join('\n', arrays.Select(entry => $"{entry.Key} {Content(entry.Value)}"));

    /// <summary>The content of a stream that has one array and nothing after it.</summary>
    private static string ContentOfAll(Stream stream, Func<Stream, StoredArray> read)
    {
        string content = Content(read(stream));
        return stream.ReadByte() < 0 ? content : throw new InvalidDataException("more bytes follow the array.");
    }

    private static string Content(CsvTable table) =>
        $"{string.Join(' ', table.FeatureNames)} {string.Join(' ', table.Features.Span.ToArray())} {string.Join(' ', table.Labels)} "
            + $"{string.Join(' ', table.Lines)}";

    private static string Labeled(CsvTable table) => $"{Content(table)} {string.Join(' ', ClassLabels.Create(table).Names)}";

    private static string Content(CsvCells cells) => Content(cells.Encode(cells.Fit([.. Enumerable.Range(0, cells.Rows)])));

    /// <summary>
    /// Fits the features as training does: the standardized numbers of the training rows are finite, whatever the numbers are.
    /// </summary>
    private static string Learned(CsvCells cells)
    {
        TensorBuffer<double> features = cells.Encode(cells.Fit([.. Enumerable.Range(0, cells.Rows)])).Features;
        float[] standardized = Standardization.Fit<float>(features.View).Apply(features.View).Span.ToArray();
        Assert.DoesNotContain(standardized, x => !float.IsFinite(x));
        return string.Join(' ', standardized);
    }

    private static string Content((long Rows, IReadOnlyList<CsvColumnSummary> Columns) found) =>
        $"{found.Rows} {string.Join(' ', found.Columns.Select(Content))}";

    private static string Content(CsvColumnSummary column) =>
        $"{column.Name} {column.Numbers} {column.Words} {column.Missing} {column.Mean}";

    private static string Content(RowSplit split) => $"{string.Join(' ', split.Training)}; {string.Join(' ', split.Test)}";

    private static string Content(TextTable table) =>
        $"{table.TargetName} {string.Join(' ', table.Labels)} {string.Join(' ', table.Lines)} {string.Join(' ', table.Texts)}";

    private static string Content(TextClassifier<string> model) =>
        $"{model.Model.Vectorizer?.Options} {string.Join(' ', model.Model.Vectorizer?.GetTokens() ?? [])} "
            + model.Model.GetParametersHash();

    private static string Parameters(Action<NeuralNetwork<float>> load)
    {
        var model = new Model<float>(SmallNetwork(), null, null, ["x", "y"]);
        load(model.Network);
        return Content(model);
    }

    private static NeuralNetwork<float> SmallNetwork() => new(
        3,
        [
            new FullyConnectedLayer<float>(4), new ReLU<float>(), new Dropout<float>(0.2), new FullyConnectedLayer<float>(2),
            new Softmax<float>(),
        ]);

    private static byte[] SavedRegressor() => Saved(new Model<float>(new NeuralNetwork<float>(2, 1, [3], new ReLU<float>())).Save);

    private static byte[] SavedTextClassifier() =>
        Saved(TextClassifier.Fit(["a b", "c d"], ["x", "y"], new() { Epochs = 1 }, new() { FewestTexts = 1 }).Save);

    private static byte[] SavedModel() => Saved(new Model<float>(
        SmallNetwork(), new Standardization<float>([1, 2, 3], [4, 5, 6]), ["a", "b", "c"], ["x", "y"], "label").Save);

    private static byte[] SavedCheckpoint()
    {
        var network = new NeuralNetwork<float>(3, 2, [4], new ReLU<float>());
        var trainer = new Trainer<float>(network, new Adam<float>(), new SoftmaxCrossEntropy<float>(), new() { Epochs = 1 });
        trainer.Train(new(new TensorBuffer<float>(5, 3), [0, 1, 0, 1, 1]));
        return Saved(stream => CheckpointFile.Save(trainer.Checkpoint(), stream));
    }

    private static byte[] SavedArrays(bool compress) => Saved(stream => NpzFile.Write(
        stream,
        [new("labels", StoredArray.FromClasses([1, 2, 3])), new("weights", StoredArray.FromMatrix<float>(new float[2, 3]))],
        compress));

    private static byte[] Saved(Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }
}
