using System.IO.Compression;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The files of an encoder: what is read, and the error that each fault of them gives.</summary>
public sealed class EncoderFileTests
{
    private const string Text = "the red foxes run?";

    [Fact]
    public void A_folder_is_read()
    {
        using var files = new TinyEncoder();
        SentenceEncoder encoder = files.Load();
        Assert.Equal((20, 12, 16, true), (encoder.Dimension, encoder.MaxTokens, encoder.VocabularySize, encoder.Normalizes));
        Assert.Equal(1, encoder.Encode(Text).Sum(value => value * value), 1e-6);
    }

    [Fact]
    public void The_configuration_is_read()
    {
        using TinyEncoder bert = new(), distil = new("distilbert"), roberta = new("roberta");
        bert.WriteConfiguration(("layer_norm_eps", "0.5"), ("hidden_act", "\"gelu_new\""));
        bert.Write("sentence_bert_config.json", "{\"max_seq_length\": 5, \"do_lower_case\": null}");
        roberta.WriteConfiguration(("layer_norm_eps", "1e-5"), ("hidden_act", "\"relu\""));
        Assert.Equal(5, bert.Load().MaxTokens);
        Assert.NotEqual(distil.Load().Encode(Text), bert.Load().Encode(Text));
        AssertRead(bert, 0, 2, 0.5f, EncoderActivation.GeluTanh);
        AssertRead(distil, 0, 0, 1e-12f, EncoderActivation.Gelu);
        AssertRead(roberta, 2, 1, 1e-5f, EncoderActivation.Relu);

        static void AssertRead(TinyEncoder files, int firstPosition, int types, float epsilon, EncoderActivation activation)
        {
            EncoderConfiguration read = EncoderFiles.Open(files.Folder, new()).Configuration;
            Assert.Equal((20, 52, 2, 2, 16), (read.Width, read.HiddenWidth, read.Layers, read.Heads, read.VocabularySize));
            Assert.Equal((firstPosition, types, 12), (read.FirstPosition, read.TokenTypes, read.MaxTokens));
            Assert.Equal((epsilon, activation), (read.Epsilon, read.Activation));
        }
    }

    [Fact]
    public void Without_modules_vectors_are_means()
    {
        using var files = new TinyEncoder();
        float[] expected = files.Load(new() { Normalizes = false }).Encode(Text);
        files.Delete("modules.json");
        files.Delete("sentence_bert_config.json");
        SentenceEncoder encoder = files.Load();
        Assert.Equal((12, PoolingMode.Mean, false), (encoder.MaxTokens, encoder.Pooling, encoder.Normalizes));
        Assert.Equal(expected, encoder.Encode(Text));
    }

    [Fact]
    public void An_encoder_may_be_in_a_folder_of_its_own()
    {
        using var files = new TinyEncoder();
        float[] expected = files.Load().Encode(Text);
        Directory.CreateDirectory(files.PathOf("0_Transformer"));
        foreach (string name in new[] { "config.json", "model.safetensors", "vocab.txt", "sentence_bert_config.json" })
        {
            File.Move(files.PathOf(name), files.PathOf($"0_Transformer/{name}"));
        }

        files.Write("modules.json", TinyEncoder.Modules.Replace("\"path\": \"\"", "\"path\": \"0_Transformer\""));
        Assert.Equal(expected, files.Load().Encode(Text));
    }

    /// <summary>The same model as an ONNX file: alone with its vocabulary, in a folder, and as streams.</summary>
    [Theory]
    [InlineData("bert")]
    [InlineData("distilbert")]
    public void An_ONNX_file_has_the_same_vectors(string type)
    {
        using var files = new TinyEncoder(type);
        float[] expected = files.Load().Encode(Text);
        byte[] onnx = TinyOnnx.Write(files);
        File.WriteAllBytes(files.PathOf("model.onnx"), onnx);
        using (Stream vocabulary = File.OpenRead(files.PathOf("vocab.txt")))
        {
            Assert.Equal(expected, SentenceEncoder.Load(new MemoryStream(onnx), vocabulary).Encode(Text));
        }

        files.Delete("model.safetensors");
        Assert.Equal(expected, files.Load().Encode(Text));
        EncoderConfiguration graph = EncoderConfiguration.Of(OnnxGraph.Read(TinyOnnx.Write(files, epsilon: 0.5f)));
        Assert.Equal((20, 52, 2, 2, 16), (graph.Width, graph.HiddenWidth, graph.Layers, graph.Heads, graph.VocabularySize));
        Assert.Equal((type == "bert" ? 2 : 0, 12, 0.5f), (graph.TokenTypes, graph.MaxTokens, graph.Epsilon));
        files.Delete("config.json");
        Assert.Equal(expected, SentenceEncoder.Load(files.PathOf("model.onnx")).Encode(Text));
    }

    [Fact]
    public void A_stream_need_not_be_seekable()
    {
        using var files = new TinyEncoder();
        using Stream vocabulary = File.OpenRead(files.PathOf("vocab.txt"));
        using var model = new GZipStream(Gzipped(TinyOnnx.Write(files)), CompressionMode.Decompress);
        Assert.Equal(files.Load().Encode(Text), SentenceEncoder.Load(model, vocabulary).Encode(Text));
    }

    [Fact]
    public void Options_take_precedence()
    {
        using var files = new TinyEncoder();
        SentenceEncoder encoder = files.Load(new() { MaxTokens = 5, Pooling = PoolingMode.First, Normalizes = false });
        Assert.Equal((5, PoolingMode.First, false), (encoder.MaxTokens, encoder.Pooling, encoder.Normalizes));
        Assert.Equal(encoder.Encode("the red fox"), encoder.Encode("the red fox runs . a b c"));
        Assert.Throws<ArgumentOutOfRangeException>(() => files.Load(new() { MaxTokens = 13 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => files.Load(new() { MaxTokens = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => files.Load(new() { Pooling = (PoolingMode)9 }));
    }

    [Theory]
    [InlineData("config.json", "has no config.json")]
    [InlineData("model.safetensors", "neither model.safetensors nor model.onnx")]
    [InlineData("vocab.txt", "vocab.txt")]
    [InlineData("1_Pooling/config.json", "has no config.json")]
    public void A_missing_file_is_named(string name, string message)
    {
        using var files = new TinyEncoder();
        files.Delete(name);
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => files.Load());
        Assert.Contains(message, error.Message);
        Assert.Contains(files.Folder, error.Message);
    }

    [Theory]
    [InlineData("model_type", "\"mpnet\"", "the architecture 'mpnet' is not supported")]
    [InlineData("model_type", "null", "'model_type' is missing")]
    [InlineData("hidden_act", "\"swish\"", "'hidden_act' is 'swish'")]
    [InlineData("hidden_size", "\"20\"", "'hidden_size' is \"20\", and not a positive integer")]
    [InlineData("hidden_size", "0", "'hidden_size' is 0, and not a positive integer")]
    [InlineData("intermediate_size", "null", "'intermediate_size' is missing")]
    [InlineData("num_attention_heads", "3", "3 heads do not divide a width of 20")]
    [InlineData("position_embedding_type", "\"relative_key\"", "'position_embedding_type' is 'relative_key'")]
    [InlineData("layer_norm_eps", "-1", "'layer_norm_eps' is -1")]
    [InlineData("num_hidden_layers", "3", "the tensor 'encoder.layer.2.attention.self.query.bias' is missing")]
    [InlineData("intermediate_size", "53", "has shape [52]; the configuration asks for [53]")]
    [InlineData("vocab_size", "17", "has shape [16, 20]; the configuration asks for [17, 20]")]
    [InlineData("hidden_size", "2000000000", "has shape [16, 20]; the configuration asks for [16, 2000000000]")]
    [InlineData("max_position_embeddings", "2000000000", "has shape [12, 20]; the configuration asks for [2000000000, 20]")]
    [InlineData("num_hidden_layers", "2147483647", "the tensor 'encoder.layer.2147483646.attention.self.query.bias' is missing")]
    [InlineData("type_vocab_size", "3", "has shape [2, 20]; the configuration asks for [3, 20]")]
    [InlineData("layer_norm_eps", "1e39", "'layer_norm_eps' is 1e39, and not a number of 0 or more")]
    [InlineData("layer_norm_eps", "1e999", "'layer_norm_eps' is 1e999, and not a number of 0 or more")]
    [InlineData("hidden_act", "\"\\uD83D\"", "config.json: it has a text that is not valid Unicode")]
    public void A_wrong_configuration_is_refused(string key, string value, string message)
    {
        using var files = new TinyEncoder();
        files.WriteConfiguration((key, value));
        AssertRefused(files, message);
    }

    [Theory]
    [InlineData("{", "modules.json: not JSON")]
    [InlineData("{}", "it is not a list")]
    [InlineData("[]", "there is no module Transformer")]
    [InlineData("[{\"path\": \"\"}]", "a module has no 'type'")]
    [InlineData("[{\"path\": \"\", \"type\": \"sentence_transformers.models.Dense\"}]", "the module 'sentence_transformers.models.Dense'")]
    public void Wrong_modules_are_refused(string modules, string message)
    {
        using var files = new TinyEncoder();
        files.Write("modules.json", modules);
        AssertRefused(files, message);
    }

    [Fact]
    public void Poolings_that_are_not_supported_are_refused()
    {
        using var files = new TinyEncoder();
        files.WritePooling("mean_sqrt_len_tokens");
        AssertRefused(files, "the pooling mode 'mean_sqrt_len_tokens' is not supported");
        files.WritePooling("mean_tokens", "cls_token");
        AssertRefused(files, "several pooling modes, cls_token, mean_tokens");
        files.WritePooling();
        AssertRefused(files, "no pooling mode is chosen");
    }

    [Theory]
    [InlineData("1", "'max_seq_length' is 1; a text has 2 tokens or more")]
    [InlineData("0", "'max_seq_length' is 0, and not a positive integer")]
    [InlineData("-5", "'max_seq_length' is -5, and not a positive integer")]
    [InlineData("5000000000", "'max_seq_length' is 5000000000, and not a positive integer")]
    public void Texts_without_room_are_refused(string most, string message)
    {
        using var files = new TinyEncoder();
        files.Write("sentence_bert_config.json", $"{{\"max_seq_length\": {most}}}");
        AssertRefused(files, message);
    }

    [Fact]
    public void Texts_in_lower_case_for_a_tokenizer_of_both_cases_are_refused()
    {
        using var files = new TinyEncoder();
        float[] expected = files.Load().Encode(Text);
        files.Write("sentence_bert_config.json", "{\"do_lower_case\": true}");
        Assert.Equal(expected, files.Load().Encode(Text.ToUpperInvariant()));
        files.Write("tokenizer_config.json", "{\"do_lower_case\": false}");
        AssertRefused(files, "'do_lower_case' of sentence_bert_config.json is true");
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused()
    {
        using var files = new TinyEncoder();
        files.Tensors["encoder.layer.1.output.dense.weight"].Values[7] = float.NaN;
        files.WriteTensors();
        AssertRefused(files, "model.safetensors: element 7 of the tensor 'encoder.layer.1.output.dense.weight' is NaN");
    }

    [Fact]
    public void Weights_of_another_kind_are_refused()
    {
        using var files = new TinyEncoder();
        new SafetensorsFile([new("scores.weight", "F32", [1], new byte[4])]).Write(files.PathOf("model.safetensors"));
        AssertRefused(files, "these are not the weights of an encoder of the family of BERT");
        new SafetensorsFile([new("embeddings.word_embeddings.weight", "I8", [16, 20], new byte[320])])
            .Write(files.PathOf("model.safetensors"));
        AssertRefused(files, "dtype I8; F32, F16 and BF16 are read");
        files.Write("model.safetensors", "{}");
        AssertRefused(files, "not a safetensors file");
    }

    [Fact]
    public void A_vocabulary_that_does_not_fit_is_refused()
    {
        using var files = new TinyEncoder();
        files.Write("vocab.txt", string.Join('\n', TinyEncoder.Tokens.Append("more")) + "\n");
        AssertRefused(files, "the vocabulary has 17 tokens, and the model vectors for 16");
    }

    [Fact]
    public void Wrong_ONNX_files_are_refused()
    {
        using var files = new TinyEncoder();
        string path = files.PathOf("model.onnx");
        AssertRefusedBytes([1, 2, 3], "not an ONNX file");
        AssertRefusedBytes([], "not an ONNX file: it has no graph");
        AssertRefusedBytes(TinyOnnx.Write(files)[..^1], "not a message of Protocol Buffers");
        AssertRefusedBytes(TinyOnnx.Write(files, elementType: 3), "ONNX's element type 3; only floats, type 1, are read");
        files.Delete("config.json");
        AssertRefusedBytes(TinyOnnx.Write(files, hasScale: false), "no division of the scores by the root of a head's width");
        AssertRefusedBytes(TinyOnnx.Write(files, epsilon: null), "adds no constant to a mean, as ε of a normalization is");
        AssertRefusedShape("embeddings.word_embeddings.weight", [16, 0], 0, "'embeddings.word_embeddings.weight' has shape [16, 0]");
        AssertRefusedShape("embeddings.word_embeddings.weight", [-1, 0], 0, "of shape [-1, 0] needs 4 bytes for each element");
        AssertRefusedShape("embeddings.word_embeddings.weight", [320], 320, "has 1 dimensions, and not 2");
        AssertRefusedShape("encoder.layer.0.intermediate.dense.bias", [], 1, "has 0 dimensions, and not 1");

        void AssertRefusedShape(string name, int[] shape, int elements, string message)
        {
            (int[], float[]) tensor = files.Tensors[name];
            files.Tensors[name] = (shape, new float[elements]);
            AssertRefusedBytes(TinyOnnx.Write(files), message);
            files.Tensors[name] = tensor;
        }

        void AssertRefusedBytes(byte[] content, string message)
        {
            File.WriteAllBytes(path, content);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => SentenceEncoder.Load(path));
            Assert.StartsWith(path, error.Message);
            Assert.Contains(message, error.Message);
        }
    }

    [Fact]
    public void Tokens_take_the_place_of_another_tokenizer()
    {
        using var files = new TinyEncoder("roberta");
        files.Delete("vocab.txt");
        SentenceEncoder encoder = files.Load();
        Assert.Null(encoder.Tokenizer);
        Assert.Contains("EncodeTokens", Assert.Throws<InvalidOperationException>(() => encoder.Encode(Text)).Message);
        float[] vector = new float[20];
        encoder.EncodeTokens([2, 5, 3], new([0, 3]), vector);
        Assert.Equal(1, vector.Sum(value => value * value), 1e-6);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using var files = new TinyEncoder();
        SentenceEncoder encoder = files.Load();
        CancellationToken none = TestContext.Current.CancellationToken;
        Assert.Contains("Text 1 is null", Assert.Throws<ArgumentException>(() => encoder.Encode(["a", null!], null, none)).Message);
        Assert.Throws<ArgumentNullException>(() => encoder.Encode((string)null!));
        Assert.Throws<ArgumentException>(() => encoder.Encode("a", new float[19]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(["a"], new float[21], null, none));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode("a", new float[20], threads: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(["a"], new EncodingOptions { Threads = 0 }, none));
        float[] vector = Enumerable.Repeat(7f, 20).ToArray();
        AssertWrongTokens([2, 16], "Token 1 is 16");
        AssertWrongTokens([-1], "Token 0 is -1");
        AssertWrongTokens(new int[13], "Text 0 has 13 tokens");
        Assert.Throws<ArgumentException>(() => encoder.EncodeTokens([2, 3], new([0, 1]), vector));
        Assert.Throws<ArgumentException>(() => encoder.GetHiddenState(new int[13]));
        Assert.All(vector, value => Assert.Equal(7, value));

        void AssertWrongTokens(int[] tokens, string message) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => encoder.EncodeTokens(tokens, new([0, tokens.Length]), vector)).Message);
    }

    [Fact]
    public void Progress_is_reported_and_calls_are_canceled()
    {
        using var files = new TinyEncoder();
        SentenceEncoder encoder = files.Load();
        string[] texts = [.. Enumerable.Repeat(Text, 500)];
        List<EncodingProgress> progress = [];
        encoder.Encode(texts, new() { Threads = 2, Progress = progress.Add }, TestContext.Current.CancellationToken);
        Assert.Equal(new(500, 500 * encoder.Tokenizer!.CountTokens(Text)), progress[^1]);
        Assert.Equal(progress.OrderBy(done => done.Texts), progress);
        Assert.True(progress.Count > 2);
        using var source = new CancellationTokenSource();
        var options = new EncodingOptions { Threads = 2, Progress = _ => source.Cancel() };
        Assert.Throws<OperationCanceledException>(() => encoder.Encode(texts, options, source.Token));
        TensorBuffer<float> vectors = encoder.Encode(texts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(encoder.Encode(Text), vectors.View.Row(499).ToArray());
    }

    private static void AssertRefused(TinyEncoder files, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => files.Load());
        Assert.Contains(message, error.Message);
        Assert.StartsWith(files.Folder, error.Message);
    }

    private static MemoryStream Gzipped(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(content);
        }

        stream.Position = 0;
        return stream;
    }
}
