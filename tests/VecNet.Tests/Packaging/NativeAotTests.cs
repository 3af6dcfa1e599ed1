using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// A program that trains and infers is published without a runtime, with no warning, and runs. Needs clang or gcc, and zlib's headers.
/// </summary>
public sealed class NativeAotTests : IDisposable
{
    private const string Sentence = "How is the weather?";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>
    /// The first looks at every member of the library for what trimming or compiling
    /// ahead of time would break, reached by the program or not.
    /// </summary>
    [Theory]
    [InlineData("everything", "-p:LookAtAll=true")]
    [InlineData("portable")]
    [InlineData("native", "-p:IlcInstructionSet=native")]
    public async Task A_program_trains_and_infers_without_a_runtime(string name, params string[] options)
    {
        OnRequest.Only();
        string published = await Command.Run(
            Repository.Root,
            "dotnet",
            [
                "publish", "tests/VecNet.Aot", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier,
                "--artifacts-path", scratch["built"], "-o", scratch["published"], .. Linker(), .. options,
            ]);
        Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);

        string[] files =
            Directory.GetFiles(scratch["published"]).Where(file => Path.GetExtension(file) is not (".dbg" or ".pdb" or ".xml")).ToArray();
        string program = Assert.Single(files);

        // The libraries whole have 8.8 MB; what a program uses of them, with a sentence encoder, has 6.1 MB.
        Assert.InRange(new FileInfo(program).Length, 1, name == "everything" ? 10_000_000 : 7_000_000);

        string learned = await Command.Run(scratch.Path, program, "train", "model.safetensors");
        string predicted = await Command.Run(scratch.Path, program, "predict", "model.safetensors");
        string dll = Path.Combine(Directory.GetDirectories(scratch[Path.Combine("built", "bin", "VecNet.Aot")]).Single(), "VecNet.Aot.dll");
        Assert.Equal(await Command.Run(scratch.Path, "dotnet", dll, "predict", "model.safetensors"), predicted);

        if (name != "everything")
        {
            double ahead = await FastestStart(program, "predict", "model.safetensors");
            double justInTime = await FastestStart("dotnet", dll, "predict", "model.safetensors");
            MiniLm.WriteFolder(scratch["minilm"]);
            string vector = await Command.Run(scratch.Path, program, "encode", scratch["minilm/model.onnx"], Sentence);
            Assert.Equal(
                SentenceEncoder.Load(scratch["minilm/model.onnx"]).Encode(Sentence),
                vector.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture)),
                (expected, actual) => float.Abs(expected - actual) <= 1e-6f);
            double encoder = await FastestStart(program, "encode", scratch["minilm/model.onnx"], Sentence);
            Figures.Write(
                $"native-aot-{name}",
                $"{name}: one file of {new FileInfo(program).Length / 1e6:F1} MB, "
                + $"{ahead:F1} ms from its start to the end of its first prediction (with a runtime: {justInTime:F0} ms)\n"
                + learned.TrimEnd()
                + $"\nfirst vector of all-MiniLM-L6-v2: {encoder:F0} ms from the start to the end of the program");
        }
    }

    /// <summary>
    /// Milliseconds of the fastest of some runs: from before the process is there until it has loaded a model, predicted and ended.
    /// </summary>
    private async Task<double> FastestStart(string program, params string[] arguments)
    {
        double fastest = double.PositiveInfinity;
        for (int run = 0; run < 20; run++)
        {
            long begin = Stopwatch.GetTimestamp();
            await Command.Run(scratch.Path, program, arguments);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return fastest;
    }

    /// <summary>gcc links where there is no clang.</summary>
    private static string[] Linker() =>
        OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("PATH")!
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "clang")))
            ? []
            : ["-p:CppCompilerAndLinker=gcc"];
}
