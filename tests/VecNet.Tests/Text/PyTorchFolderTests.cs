using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// A folder that <see cref="EncoderTrainer"/> has saved is the same model for PyTorch: check_encoder.py loads it there, with the names and
/// shapes of Hugging Face, and computes the vectors in double precision.
/// </summary>
public sealed partial class PyTorchFolderTests : IDisposable
{
    private static readonly string[] Texts =
        ["a red fox", "foxes run", "the fox ?", "a b c", "c b .", "the red foxes run . the fox runs ?", "b", ""];

    /// <summary>Debian's PyTorch belongs to its own Python, which need not be the first of the path.</summary>
    private static readonly Lazy<string?> Python = new(() =>
        Array.Find(["/usr/bin/python3", "python3"], name => Runs(name, "-c", "import torch, numpy")));

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("bert", PoolingMode.Mean, true)]
    [InlineData("bert", PoolingMode.First, false)]
    [InlineData("bert", PoolingMode.Last, true, WeightPrecision.Half)]
    [InlineData("distilbert", PoolingMode.Max, true)]
    [InlineData("distilbert", PoolingMode.Mean, false, WeightPrecision.BFloat16)]
    [InlineData("roberta", PoolingMode.Mean, true)]
    [InlineData("roberta", PoolingMode.First, false, WeightPrecision.BFloat16)]
    public async Task A_trained_encoder_has_the_same_vectors_in_PyTorch(
        string type, PoolingMode pooling, bool normalizes, WeightPrecision precision = WeightPrecision.Full)
    {
        bool isRoberta = type == "roberta";
        using var files = new TinyEncoder(type, vocabulary: isRoberta ? ByteLevelFileTests.Tokens.Length : TinyEncoder.Tokens.Length);
        if (isRoberta)
        {
            files.Write("vocab.json", ByteLevelFileTests.VocabularyJson(ByteLevelFileTests.Tokens));
            files.Write("merges.txt", "h e\n\u0120 he\n");
            files.Delete("vocab.txt");
        }

        var options = new SentenceEncoderOptions { Pooling = pooling, Normalizes = normalizes };
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder, options);
        trainer.FitPairs(
            Texts[..3], Texts[3..6], new FineTuningOptions { Epochs = 3, LearningRate = 1e-2 }, TestContext.Current.CancellationToken);
        trainer.Save(scratch["saved"], precision);

        // Of these texts, the last has the padding token of RoBERTa, which has a position of its own.
        Assert.InRange(await LargestDifference([.. Texts, "a<pad> he<pad><pad>b"]), 0, 5e-6);
    }

    /// <summary>The pooler, on which no vector depends, is in the file, too.</summary>
    [Fact]
    public async Task MiniLM_has_the_same_vectors_in_PyTorch()
    {
        MiniLm.WriteFolder(scratch["minilm"]);
        EncoderTrainer.Load(scratch["minilm/model.onnx"], new() { MaxTokens = 256 }).Save(scratch["saved"]);
        string[] texts =
        [
            "This is an example sentence", "How is the weather today?", "", "caf\u00E9 \u4E2D\u6587 \uD83D\uDE00",
            string.Concat(Enumerable.Repeat("the red fox runs. ", 30)),
        ];
        Assert.InRange(await LargestDifference(texts), 0, 5e-7);
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The largest difference between a component of PyTorch's vectors and of those of the saved folder's encoder.</summary>
    private async Task<double> LargestDifference(string[] texts)
    {
        Assert.SkipWhen(Python.Value is null, "No Python here has PyTorch (Debian: python3-torch and python3-numpy).");
        SentenceEncoder encoder = SentenceEncoder.Load(scratch["saved"]);
        string vectors = scratch.Write("vectors.json", JsonSerializer.Serialize(texts.Select(text => new
        {
            ids = encoder.Tokenizer!.Encode(text, encoder.MaxTokens),
            vector = encoder.Encode(text),
        })));
        string script = Path.Combine(Repository.Root, "tests/VecNet.Tests/Text/check_encoder.py");
        string printed = await Command.Run(scratch.Path, Python.Value, script, scratch["saved"], vectors);
        TestContext.Current.SendDiagnosticMessage(printed);
        return double.Parse(LargestPattern.Match(printed).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"largest difference: (\S+)")]
    private static partial Regex LargestPattern { get; }
}
