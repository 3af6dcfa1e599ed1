using System.IO.Compression;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The files of an encoder, and what is read from them.</summary>
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
        Assert.Equal(new(500, 500 * encoder.Tokenizer!.CountTokens(Text), Truncated: 0), progress[^1]);
        Assert.Equal(progress.OrderBy(done => done.Texts), progress);
        Assert.True(progress.Count > 2);
        using var source = new CancellationTokenSource();
        var options = new EncodingOptions { Threads = 2, Progress = _ => source.Cancel() };
        Assert.Throws<OperationCanceledException>(() => encoder.Encode(texts, options, source.Token));
        TensorBuffer<float> vectors = encoder.Encode(texts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(encoder.Encode(Text), vectors.View.Row(499).ToArray());
    }

    /// <summary>An encoder that reads 12 tokens ignores the ends of nine of the texts, which have 2 to 21 tokens.</summary>
    [Fact]
    public void Texts_that_are_cut_are_counted()
    {
        using var files = new TinyEncoder(positions: 12);
        SentenceEncoder encoder = files.Load();
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => string.Concat(Enumerable.Repeat("a ", i % 20)))];
        EncodingProgress last = default;
        encoder.Encode(texts, new() { Threads = 3, Progress = done => last = done }, TestContext.Current.CancellationToken);
        Assert.Equal((400, 400 / 20 * 9), (last.Texts, last.Truncated));
        Assert.Equal(texts.Sum(text => int.Min(encoder.Tokenizer!.CountTokens(text), 12)), last.Tokens);
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
