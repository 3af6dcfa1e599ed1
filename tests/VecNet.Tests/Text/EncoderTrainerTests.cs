using System.Text.Json;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Fine-tuning, and the folder that it writes.</summary>
public sealed class EncoderTrainerTests : IDisposable
{
    private static readonly string[] Texts = ["a red fox", "foxes run", "the fox ?", "a b c", "c b .", "b b the c"];
    private static readonly string[] Partners = ["fox red", "run foxes", "fox", "c b a", "b c", "the c"];

    private readonly ScratchDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    /// <summary>Bit for bit: the vector of the token type is part of those of the positions, as a reader would add it.</summary>
    [Theory]
    [InlineData("bert", PoolingMode.Mean)]
    [InlineData("bert", PoolingMode.First)]
    [InlineData("distilbert", PoolingMode.Max)]
    public void What_was_not_trained_is_saved_as_it_was(string type, PoolingMode pooling)
    {
        using var files = new TinyEncoder(type);
        var options = new SentenceEncoderOptions { Pooling = pooling };
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder, options);
        trainer.Save(scratch["saved"]);
        SentenceEncoder expected = files.Load(options), found = SentenceEncoder.Load(scratch["saved"]);
        Assert.Equal((pooling, true, expected.MaxTokens), (found.Pooling, found.Normalizes, found.MaxTokens));
        Assert.All(Texts, text => Assert.Equal(expected.Encode(text), found.Encode(text)));
        Assert.All(Texts, text => Assert.Equal(expected.Encode(text), trainer.CreateEncoder().Encode(text)));

        // And again from what was saved.
        EncoderTrainer.Load(scratch["saved"]).Save(scratch["again"]);
        Assert.Equal(
            File.ReadAllBytes(scratch["saved/model.safetensors"]), File.ReadAllBytes(scratch["again/model.safetensors"]));
    }

    /// <summary>The names, shapes and values of all tensors; only positions and token types differ, by the first token type.</summary>
    [Theory]
    [InlineData("bert")]
    [InlineData("distilbert")]
    public void Names_and_orientation_are_those_of_Hugging_Face(string type)
    {
        using var files = new TinyEncoder(type);
        EncoderTrainer.Load(files.Folder).Save(scratch["saved"]);
        SafetensorsFile saved = SafetensorsFile.Read(scratch["saved/model.safetensors"]);
        Assert.Equal("pt", saved.Metadata["format"]);
        Assert.Equal(
            files.Tensors.Keys.Order(StringComparer.Ordinal),
            saved.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        float[]? types = files.Tensors.TryGetValue("embeddings.token_type_embeddings.weight", out (int[], float[] Values) found)
            ? found.Values[..files.Width] : null;
        foreach (SafetensorsTensor tensor in saved.Tensors)
        {
            (int[] shape, float[] values) = files.Tensors[tensor.Name];
            Assert.Equal(shape.Select(length => (long)length), tensor.Shape);
            float[] read = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
            int sign = types is null ? 0 : tensor.Name.Contains("position") ? 1 : tensor.Name.Contains("token_type") ? -1 : 0;
            Assert.Equal(sign == 0 ? values : [.. values.Select((value, i) => value + (sign * types![i % files.Width]))], read);
        }
    }

    [Fact]
    public void The_folder_has_what_sentence_transformers_reads()
    {
        using var files = new TinyEncoder();
        files.Write("tokenizer_config.json", """{"do_lower_case": false}""");
        EncoderTrainer.Load(files.Folder).Save(scratch["saved"]);
        Assert.Equal(
            [
                "saved/1_Pooling/config.json", "saved/config.json", "saved/model.safetensors", "saved/modules.json",
                "saved/sentence_bert_config.json", "saved/tokenizer_config.json", "saved/vocab.txt",
            ],
            scratch.Files);
        Assert.All(
            ["config.json", "vocab.txt", "tokenizer_config.json"],
            name => Assert.Equal(File.ReadAllBytes(files.PathOf(name)), File.ReadAllBytes(scratch[$"saved/{name}"])));
        using JsonDocument modules = JsonDocument.Parse(File.ReadAllText(scratch["saved/modules.json"]));
        Assert.Equal(
            ["sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling", "sentence_transformers.models.Normalize"],
            modules.RootElement.EnumerateArray().Select(module => module.GetProperty("type").GetString()));
        Assert.False(Assert.IsType<WordPieceTokenizer>(SentenceEncoder.Load(scratch["saved"]).Tokenizer).Options.Lowercase);
    }

    /// <summary>An ONNX file has no configuration, and its matrices are inputs × outputs.</summary>
    [Fact]
    public void A_folder_is_made_of_an_ONNX_file()
    {
        MiniLm.WriteFolder(scratch["minilm"]);
        EncoderTrainer.Load(scratch["minilm/model.onnx"], new() { MaxTokens = 64 }).Save(scratch["saved"]);
        SentenceEncoder expected = SentenceEncoder.Load(scratch["minilm/model.onnx"], new() { MaxTokens = 64 });
        SentenceEncoder found = SentenceEncoder.Load(scratch["saved"]);
        Assert.Equal(64, found.MaxTokens);
        Assert.Equal(expected.Encode("How is the weather?"), found.Encode("How is the weather?"));
    }

    [Fact]
    public void Pairs_get_near_vectors()
    {
        using var files = new TinyEncoder();
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder);
        List<FineTuningStep> seen = [];
        var options = new FineTuningOptions { Epochs = 40, BatchSize = 4, LearningRate = 3e-3, Progress = seen.Add };
        double loss = trainer.FitPairs(Texts, Partners, options, cancellationToken: Token);
        Assert.Equal(Enumerable.Range(1, 80), seen.Select(step => step.Step));
        Assert.All(seen, step => Assert.Equal(80, step.Steps));
        Assert.True(loss < seen[0].Loss / 3, $"The loss falls from {seen[0].Loss} to {loss}.");
        trainer.Save(scratch["saved"]);
        SentenceEncoder encoder = SentenceEncoder.Load(scratch["saved"]);
        TensorBuffer<float> partners = encoder.Encode(Partners, cancellationToken: Token);
        int[] nearest = [.. Texts.Select(text => CosineSearch.FindNearest(encoder.Encode(text), partners.View, 1)[0].Index)];
        Assert.Equal(Enumerable.Range(0, Texts.Length), nearest);
        Assert.NotEqual(files.Load().Encode("a b"), encoder.Encode("a b"));
    }

    /// <summary>What is saved is the network, not a copy of the original.</summary>
    [Fact]
    public void The_saved_encoder_computes_what_the_network_does()
    {
        using var files = new TinyEncoder();
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder, new() { Normalizes = false });
        trainer.FitPairs(Texts, Partners, new FineTuningOptions { Epochs = 3, LearningRate = 1e-3 }, cancellationToken: Token);
        trainer.Save(scratch["saved"]);
        SentenceEncoder saved = SentenceEncoder.Load(scratch["saved"]), copy = trainer.CreateEncoder();
        Assert.False(saved.Normalizes);
        EncoderFiles read = EncoderFiles.Open(scratch["saved"], new());
        NeuralNetwork<double> network =
            EncoderNetwork.Create<double>(read.Configuration, read.Names, read.Weights, read.Pooling);
        foreach (string text in Texts)
        {
            int[] tokens = saved.Tokenizer!.Encode(text);
            double[] expected =
                network.Predict(tokens, new([0, tokens.Length]), network.CreateInferenceWorkspace(tokens.Length, 1)).Row(0).ToArray();
            Assert.All(expected.Zip(saved.Encode(text)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.Equal(copy.Encode(text), saved.Encode(text));
        }
    }

    [Fact]
    public void Classes_are_learned_with_the_encoder()
    {
        using var files = new TinyEncoder();
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder);
        string[] labels = ["x", "y", "x", "y", "x", "y"];
        List<FineTuningStep> seen = [];
        var options = new FineTuningOptions { Epochs = 60, BatchSize = 4, LearningRate = 3e-3, Progress = seen.Add };
        EmbeddingClassifier<string> model = trainer.FitClasses(Texts, labels, options, cancellationToken: Token);
        Assert.True(seen[^1].Loss < seen[0].Loss / 2, $"The loss falls from {seen[0].Loss} to {seen[^1].Loss}.");
        Assert.Equal(labels, model.Predict(Texts, cancellationToken: Token).Select(prediction => prediction.Label));
        trainer.Save(scratch["saved"]);
        model.Save(scratch["model.safetensors"]);
        EmbeddingClassifier<string> loaded =
            EmbeddingClassifier.Load<string>(scratch["model.safetensors"], SentenceEncoder.Load(scratch["saved"]));
        Assert.Equal(model.Predict("a fox")["x"], loaded.Predict("a fox")["x"]);
        Assert.Throws<InvalidDataException>(
            () => EmbeddingClassifier.Load<string>(scratch["model.safetensors"], files.Load()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        using var files = new TinyEncoder();
        float[] Train(ulong seed, int threads)
        {
            EncoderTrainer trainer = EncoderTrainer.Load(files.Folder);
            trainer.FitPairs(Texts, Partners, new FineTuningOptions { BatchSize = 4, LearningRate = 1e-3, Seed = seed, Threads = threads });
            return trainer.CreateEncoder().Encode("the red fox");
        }

        Assert.Equal(Train(1, 1), Train(1, 3));
        Assert.NotEqual(Train(1, 1), Train(2, 1));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var files = new TinyEncoder();
        EncoderTrainer trainer = EncoderTrainer.Load(files.Folder);
        Assert.Contains("is one pair", Error(() => trainer.FitPairs(["a"], ["b"])), StringComparison.Ordinal);
        Assert.Contains("2 texts and 1 partner.", Error(() => trainer.FitPairs(["a", "b"], ["c"])), StringComparison.Ordinal);
        Assert.Contains("Text 1 is null", Error(() => trainer.FitPairs(["a", null!], ["c", "b"])), StringComparison.Ordinal);
        Assert.Contains(
            "BatchSize must be 2 or more; it is 1.",
            Error(() => trainer.FitPairs(Texts, Partners, new FineTuningOptions { BatchSize = 1 })),
            StringComparison.Ordinal);
        using var roberta = new TinyEncoder("roberta");
        Assert.Contains(
            "the tokenizer of the model is not supported",
            Assert.Throws<NotSupportedException>(() => EncoderTrainer.Load(roberta.Folder)).Message,
            StringComparison.Ordinal);

        static string Error(Action fit) => Assert.ThrowsAny<ArgumentException>(fit).Message;
    }
}
