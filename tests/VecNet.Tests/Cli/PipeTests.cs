using System.Text;
using System.Text.Json;

namespace VecNet.Tests;

/// <summary>Each command reads its input from a pipe, once: opening a pipe a second time would block forever.</summary>
public sealed class PipeTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();
    private readonly List<NamedPipe> pipes = [];

    public void Dispose()
    {
        pipes.ForEach(pipe => pipe.Dispose());
        scratch.Dispose();
    }

    [Fact]
    public void Every_command_reads_models_and_data_from_pipes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        byte[] data = File.ReadAllBytes(TestData.PathOf("iris.csv"));
        byte[] split = File.ReadAllBytes(TestData.PathOf("iris.split.csv"));
        string[] train = ["train", "--target", "label", "--epochs", "8", "--json", "--output", scratch.Path];
        JsonElement fromPipe = Json(Run([.. train, "--data", Pipe(data), "--split", Pipe(split)]));
        byte[] model = File.ReadAllBytes(fromPipe.GetProperty("model").GetString()!);
        string modelPath = scratch["model"];
        File.WriteAllBytes(modelPath, model);
        JsonElement fromFile = Json(Run([.. train, "--data", TestData.PathOf("iris.csv")]));
        Assert.Equal(fromFile.GetProperty("parametersHash").GetString(), fromPipe.GetProperty("parametersHash").GetString());

        string iris = TestData.PathOf("iris.csv");
        Assert.Equal(Run("predict", modelPath, "--data", iris), Run("predict", Pipe(model), "--data", Pipe(data)));
        Assert.Equal(Run("evaluate", modelPath, "--data", iris, "--json"), Run("evaluate", Pipe(model), "--data", Pipe(data), "--json"));
        Run("export", modelPath, "--output", scratch["file.onnx"]);
        Run("export", Pipe(model), "--output", scratch["pipe.onnx"]);
        Assert.Equal(File.ReadAllBytes(scratch["file.onnx"]), File.ReadAllBytes(scratch["pipe.onnx"]));
        Assert.Equal(
            Run("gradcheck", modelPath, "--json").Split("\"cases\"")[^1], Run("gradcheck", Pipe(model), "--json").Split("\"cases\"")[^1]);
    }

    [Fact]
    public void Inspect_finds_in_a_pipe_what_it_finds_in_a_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        byte[] saved;
        using (var stream = new MemoryStream())
        {
            new Model<float>(new NeuralNetwork<float>(2, 2, [3], new Tanh<float>())).Save(stream);
            saved = stream.ToArray();
        }

        byte[][] files =
        [
            saved, Interop.Bytes("basic.safetensors"), Interop.Bytes("f8_c_2x3.npy"), Interop.Bytes("savez.npz"), Interop.Bytes(
                "savez_compressed.npz"),
            Interop.Bytes("images_u1_3x4x4.idx3-ubyte"), FileReaders.Gzip(
                Interop.Bytes("images_u1_3x4x4.idx3-ubyte")), File.ReadAllBytes(TestData.PathOf("iris.csv")),
            File.ReadAllBytes(TestData.PathOf("languages.tsv")), "a,b\n1,2\n"u8.ToArray(),
        ];
        foreach (byte[] file in files)
        {
            File.WriteAllBytes(scratch["file"], file);
            string expected = Run("inspect", scratch["file"], "--json");
            Assert.Equal(expected, Run("inspect", Pipe(file), "--json"));
            Assert.Equal(Run("inspect", scratch["file"]), Run("inspect", Pipe(file)));
        }

        // The kind of a file follows from its extension, and that of a pipe from its first line.
        Assert.Equal(
            Run("inspect", TestData.PathOf("languages.tsv")), Run("inspect", Pipe(File.ReadAllBytes(TestData.PathOf("languages.tsv")))));
    }

    [Fact]
    public void A_checkpoint_comes_out_of_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        string[] train = ["train", "--target", "label", "--epochs", "40", "--output", scratch.Path, "--data", TestData.PathOf("iris.csv")];
        using var cancellation = new CancellationTokenSource();
        using var output = new InterferingWriter(cancellation.Cancel);
        using var error = new StringWriter();
        Assert.Equal(130, Cli.Tool.Run(train, output, error, cancellationToken: cancellation.Token));
        string checkpoint = scratch["iris.checkpoint.safetensors"];
        Assert.Contains($"--resume {checkpoint}", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            Json(Run([.. train, "--json"])).GetProperty("parametersHash").GetString(),
            Json(Run([.. train, "--json", "--resume", Pipe(File.ReadAllBytes(checkpoint))])).GetProperty("parametersHash").GetString());
    }

    [Theory]
    [InlineData("", ": the file is empty.")]
    [InlineData("a,b\n1,2\n\n\u00e9\n", ", line 3: the line is empty, but other lines follow it; a row has 2 columns.")]
    [InlineData("a,b\n1,2\n\u00e9\n", ", line 3, column 'b': the field is missing: the row has 1 field, but the header has 2 columns.")]
    [InlineData("a,b\n1,2\n3,?\n", ", line 3: the file is not valid UTF-8.")]
    public void Complaints_about_a_pipe_are_those_about_a_file(string text, string complaint)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text).Select(one => one == (byte)'?' ? (byte)0xE9 : one)];
        string pipe = Pipe(bytes);
        CommandRun run = CommandRun.Of("inspect", pipe);
        Assert.Equal((1, $"error: {pipe}{complaint}\n"), (run.ExitCode, run.Error));
    }

    /// <summary>Lines are counted across the buffers in which bytes arrive, wherever the buffers end.</summary>
    [Fact]
    public void The_line_of_an_invalid_byte_is_right_however_the_bytes_come()
    {
        foreach ((byte[] text, int line) in new (byte[], int)[]
        {
            ([.. "a\r\nb\r\n\u00e9\u4e2d\n"u8, 0xFF, (byte)'\n', (byte)'x'], 4),
            ([.. "a\rb\r"u8, 0xC3], 3),
            ([.. "\ufeffa,b\n1,"u8, 0xE4, 0xB8, (byte)'\n', (byte)'2'], 2),
            ([0xED, 0xA0, 0x80, (byte)'\n'], 1),
            ([.. "a\n"u8, 0xF0, 0x9F, 0x98], 2),
        })
        {
            foreach (Stream stream in new Stream[] { new MemoryStream(text), new Trickle(text) })
            {
                Formats.CsvDataException error = Assert.Throws<Formats.CsvDataException>(() =>
                    Formats.TextTable.Read(stream, "x"));
                Assert.Equal($"x, line {line}: the file is not valid UTF-8.", error.Message);
            }
        }
    }

    [Fact]
    public void Nothing_is_written_beside_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        Assert.Equal(0, ToolProcess.MakePipe(scratch["pipe"], 0b110_000_000));
        Assert.Equal(
            $"error: {scratch["pipe"]}: the model is read from a pipe; use --output to name the ONNX file.\n",
            CommandRun.Of("export", scratch["pipe"]).Error);
    }

    private string Pipe(byte[] content)
    {
        pipes.Add(new NamedPipe(scratch[$"pipe{pipes.Count}"], content));
        return pipes[^1].Path;
    }

    private static string Run(params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
