using System.Reflection;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>A way to write a file.</summary>
/// <param name="Name">The name of the writer; of a public one <c>Type.Method</c>.</param>
/// <param name="Write">Writes something at a path.</param>
/// <param name="WriteStream">Writes the same to a stream; null if it writes files only.</param>
internal sealed record FileWriter(string Name, Action<string> Write, Action<Stream>? WriteStream = null);

/// <summary>Every writer of files in the libraries and the tool, named once.</summary>
internal static class FileWriters
{
    private static readonly Model<float> Model = new(new NeuralNetwork<float>(2, 2, [3], new Tanh<float>()));

    private static readonly Classifier<string> Fitted = new(Model, ["0", "1"], report: null);

    private static readonly Regressor Regression = Regressor.Fit([[0f], [1f]], [1, 2], new() { Epochs = 1 });

    private static readonly TextClassifier<int> OfTexts = TextClassifier.Fit(["a", "b"], [1, 2]);

    private static readonly EmbeddingClassifier<int> OfVectors =
        EmbeddingClassifier.Fit(TinyEncoder.LoadOnce(), ["a red fox", "b c"], [1, 2]);

    private static readonly TrainingCheckpoint<float> Checkpoint = Trained();

    private static readonly StoredArray Classes = StoredArray.FromClasses([1]);

    private static readonly StoredArray Bytes = new(StoredElement.UInt8, [3], new byte[3]);

    public static IReadOnlyList<FileWriter> All { get; } =
    [
        new("AtomicFile.Write", path => AtomicFile.Write(path, stream => stream.Write("content"u8))),
        new(
            "CheckpointFile.Save", path => CheckpointFile.Save(Checkpoint, path), stream => CheckpointFile.Save(Checkpoint, stream)),
        new("Classifier`1.Save", Fitted.Save, Fitted.Save),
        new("EmbeddingClassifier`1.Save", OfVectors.Save, OfVectors.Save),
        new("IdxFile.Write", path => IdxFile.Write(path, Bytes), stream => IdxFile.Write(stream, Bytes)),
        new("Model`1.Save", Model.Save, Model.Save),
        new(
            "Model.SaveParameters", path => VecNet.Model.SaveParameters(Model.Network, path),
            stream => VecNet.Model.SaveParameters(Model.Network, stream)),
        new("NpyFile.Write", path => NpyFile.Write(path, Classes), stream => NpyFile.Write(stream, Classes)),
        new(
            "NpzFile.Write", path => NpzFile.Write(path, [new("a", Classes)], compress: true),
            stream => NpzFile.Write(stream, [new("a", Classes)], compress: true)),
        new("OnnxFile.Write", path => OnnxFile.Write(Model, path), stream => OnnxFile.Write(Model, stream)),
        new("Regressor.Save", Regression.Save, Regression.Save),
        new(
            "SafetensorsFile.Write", path => new SafetensorsFile([]).Write(path), stream => new SafetensorsFile([]).Write(stream)),
        new("TextClassifier`1.Save", OfTexts.Save, OfTexts.Save),
        new("vecnet predict", path =>
        {
            using var scratch = new ScratchDirectory();
            Model.Save(scratch["model"]);
            CommandRun run = CommandRun.Of(
                "predict", scratch["model"], "--data", scratch.Write("data.csv", "a,b\n1,2\n"), "--output", path);
            if (run.ExitCode != 0)
            {
                throw new IOException(run.Error);
            }
        }),
        new("vecnet embed", path =>
        {
            using var scratch = new ScratchDirectory();
            using var files = new TinyEncoder();
            CommandRun run = CommandRun.Of(
                "embed", scratch.Write("texts.txt", "a red fox\n"), "--model", files.Folder, "--output", path);
            if (run.ExitCode != 0)
            {
                throw new IOException(run.Error);
            }
        }),
        new("vecnet export", path =>
        {
            using var scratch = new ScratchDirectory();
            Model.Save(scratch["model"]);
            CommandRun run = CommandRun.Of("export", scratch["model"], "--output", path);
            if (run.ExitCode != 0)
            {
                throw new IOException(run.Error);
            }
        }),
    ];

    /// <summary>Methods that take the path of a file and write it.</summary>
    public static IEnumerable<string> Public => new[] { typeof(Model<>), typeof(CsvTable), typeof(SentenceEncoder) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(
            method => method.Name.StartsWith("Write", StringComparison.Ordinal) || method.Name.StartsWith("Save", StringComparison.Ordinal))
        .Where(method => method.GetParameters().Any(parameter => parameter.Name == "path"))
        .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
        .Distinct();

    private static TrainingCheckpoint<float> Trained()
    {
        var trainer = new Trainer<float>(
            new NeuralNetwork<float>(2, 2, [3], new Tanh<float>()), new Sgd<float>(0.1),
            new SoftmaxCrossEntropy<float>(), new() { Epochs = 1 });
        trainer.Train(new(new TensorBuffer<float>(2, 2), [0, 1]));
        return trainer.Checkpoint();
    }
}
