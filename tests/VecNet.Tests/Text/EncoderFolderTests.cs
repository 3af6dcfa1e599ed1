using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Kinds of folders: weights in several files, layers behind pooling, and RoBERTa with its tokenizer.</summary>
public sealed class EncoderFolderTests : IDisposable
{
    private const string Text = "the red foxes run?";

    private readonly TinyEncoder files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Weights_may_be_in_several_files(int count)
    {
        float[] expected = files.Load().Encode(Text);
        WriteShards(count);
        Assert.Equal(expected, files.Load().Encode(Text));
        Assert.Equal(expected, EncoderTrainer.Load(files.Folder).CreateEncoder().Encode(Text));

        // One file of all comes first.
        files.WriteTensors();
        File.WriteAllText(files.PathOf("model.safetensors.index.json"), "");
        Assert.Equal(expected, files.Load().Encode(Text));
    }

    [Fact]
    public void Wrong_parts_of_weights_are_named()
    {
        WriteShards(2);
        string index = File.ReadAllText(files.PathOf("model.safetensors.index.json"));
        foreach (string name in new[] { "../x.safetensors", "", "..", "/x", "a/../../x" })
        {
            AssertRefused(
                $"{{\"weight_map\": {{\"a\": \"{name}\"}}}}",
                $"index.json: '{name}' is not the name of a file or folder in the same folder.");
        }

        AssertRefused("{}", "index.json: 'weight_map' is not an object of texts.");
        AssertRefused("{\"weight_map\": {\"a\": 1}}", "index.json: 'weight_map' is not an object of texts.");
        AssertRefused("{\"weight_map\": {}}", "index.json: the tensor 'embeddings.word_embeddings.weight' is missing");
        AssertRefused(
            index.Replace("\"weight_map\": {", "\"weight_map\": {\"more\": \"model-00002-of-00002.safetensors\", "),
            "model-00002-of-00002.safetensors: the tensor 'more' is missing, which is in this file according to");
        AssertRefused(
            index.Replace("word_embeddings.weight\": \"model-00001", "word_embeddings.weight\": \"model-00002"),
            "model-00002-of-00002.safetensors: the tensor 'embeddings.word_embeddings.weight' is missing, which is in this file");
        File.Copy(files.PathOf("model-00001-of-00002.safetensors"), files.PathOf("copy.safetensors"));
        AssertRefused(
            index.Replace("word_embeddings.weight\": \"model-00001-of-00002", "word_embeddings.weight\": \"copy"),
            "model-00001-of-00002.safetensors: the tensor 'embeddings.word_embeddings.weight' is in another file, too.");
        files.Tensors["encoder.layer.1.output.dense.weight"].Values[7] = float.NaN;
        WriteShards(2);
        AssertRefused(index, "index.json: element 7 of the tensor 'encoder.layer.1.output.dense.weight' is NaN");
        files.Delete("model-00001-of-00002.safetensors");
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => files.Load());
        Assert.Contains("'model-00001-of-00002.safetensors' with a part of the tensors does not exist", error.Message);

        void AssertRefused(string content, string message)
        {
            files.Write("model.safetensors.index.json", content);
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => files.Load()).Message);
        }
    }

    /// <summary>The layers are computed here in double precision.</summary>
    [Theory]
    [InlineData("Tanh", true, 7)]
    [InlineData("Identity", false, 30)]
    [InlineData("ReLU", true, 20)]
    [InlineData("Sigmoid", true, 3)]
    [InlineData("GELU", false, 1)]
    public void Layers_behind_pooling_are_applied(string activation, bool hasBias, int outputs)
    {
        float[] pooled = files.Load(new() { Normalizes = false }).Encode(Text);
        float[] weights = WriteDense("2_Dense", 20, outputs, activation, hasBias), second = WriteDense("3_Dense", outputs, 5, "Tanh", true);
        double[] expected = Apply(pooled.Select(x => (double)x).ToArray(), weights, activation, hasBias, outputs);
        WriteModules("2_Dense");
        AssertVector(expected);
        WriteModules("2_Dense", "3_Dense");
        AssertVector(Apply(expected, second, "Tanh", true, 5));

        // For sentence-transformers a layer has a bias unless it is said that it has none.
        files.Write("3_Dense/config.json", File.ReadAllText(files.PathOf("3_Dense/config.json")).Replace("\"bias\": true,", ""));
        AssertVector(Apply(expected, second, "Tanh", true, 5));

        void AssertVector(double[] vector)
        {
            SentenceEncoder encoder = files.Load(), plain = files.Load(new() { Normalizes = false });
            Assert.Equal((vector.Length, true), (encoder.Dimension, encoder.Normalizes));
            double norm = Math.Sqrt(vector.Sum(x => x * x));
            Assert.All(vector.Zip(plain.Encode(Text)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.All(vector.Zip(encoder.Encode(Text)), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-5));
            CancellationToken token = TestContext.Current.CancellationToken;
            TensorBuffer<float> all = encoder.Encode(["a", Text, ""], new() { Threads = 2 }, token);
            Assert.Equal((3, vector.Length), (all.Rows, all.Columns));
            Assert.Equal(encoder.Encode(Text), all.View.Row(1).ToArray());
            Assert.Equal(20, encoder.GetHiddenState([2, 5, 3]).Columns);
            float[] room = new float[vector.Length], two = new float[2 * vector.Length];
            two.AsSpan().Fill(float.NaN);
            encoder.EncodeTokens([2, 5, 3], new([0, 0, 3]), two);
            Assert.Equal(room, two[..vector.Length]);
            Assert.Equal(encoder.Encode("a"), two[vector.Length..]);
            Assert.Equal(0, Allocations.PerCall(() => encoder.Encode(Text, room)));
        }
    }

    [Fact]
    public void Wrong_layers_behind_pooling_are_named()
    {
        WriteModules("2_Dense");
        Assert.Contains("config.json", Assert.Throws<FileNotFoundException>(() => files.Load()).Message);
        WriteDense("2_Dense", 20, 7, "Softplus", true);
        AssertRefused("'activation_function' is 'torch.nn.modules.activation.Softplus'");
        WriteDense("2_Dense", 21, 7, "Tanh", true);
        AssertRefused("2_Dense/model.safetensors: the layer takes vectors of 21 numbers; those before it have 20.");
        WriteDense("2_Dense", 20, 7, "Tanh", false);
        string config = File.ReadAllText(files.PathOf("2_Dense/config.json"));
        files.Write("2_Dense/config.json", config.Replace("false", "true"));
        AssertRefused("2_Dense/model.safetensors: the tensor 'linear.bias' is missing.");
        files.Write("2_Dense/config.json", config.Replace("false", "0"));
        AssertRefused("2_Dense/config.json: 'bias' is 0, and neither true nor false.");
        files.Write("2_Dense/config.json", config.Replace("7", "8"));
        AssertRefused("has shape [7, 20]; the configuration asks for [8, 20]");
        WriteDense("2_Dense", 20, 7, "Tanh", true);
        files.Write("2_Dense/config.json", config);
        AssertRefused("2_Dense/model.safetensors: there is a tensor 'linear.bias', but 'bias' of config.json is false.");
        WriteDense("2_Dense", 20, 7, "Tanh", true);
        Assert.Contains("Dense", Assert.Throws<NotSupportedException>(() => EncoderTrainer.Load(files.Folder)).Message);
        files.Delete("2_Dense/model.safetensors");
        Assert.Contains("has no model.safetensors", Assert.Throws<FileNotFoundException>(() => files.Load()).Message);
        files.Write("modules.json", TinyEncoder.Modules.Replace(
            "\n]", ", {\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]").Replace(
            "Normalize\"}]", "Normalize\"}, {\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]"));
        AssertRefused("in this order");

        void AssertRefused(string message) =>
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => files.Load()).Message.Replace('\\', '/'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RoBERTa_is_loaded_with_its_tokenizer(bool hasJson)
    {
        string[] tokens = ["<s>", "<pad>", "</s>", .. ByteLevelReference.Letters, "he", "\u0120he", "<mask>"];
        using var roberta = new TinyEncoder("roberta", vocabulary: tokens.Length);
        if (hasJson)
        {
            System.Text.Json.Nodes.JsonNode json = ByteLevelFileTests.Json();
            json["pre_tokenizer"]!["add_prefix_space"] = false;
            roberta.Write("tokenizer.json", json.ToJsonString());
        }
        else
        {
            roberta.Write("vocab.json", ByteLevelFileTests.VocabularyJson(tokens));
            roberta.Write("merges.txt", "#version: 0.2\nh e\n\u0120 he\n");
        }

        SentenceEncoder encoder = roberta.Load();
        int[] ids = [0, 259, 260, 2];
        Assert.Equal(ids, Assert.IsType<ByteLevelTokenizer>(encoder.Tokenizer).Encode("he he"));
        float[] expected = new float[20];
        encoder.EncodeTokens(ids, new([0, 4]), expected);
        Assert.Equal(expected, encoder.Encode("he he"));
        Assert.Equal(12, encoder.Tokenizer.Encode(new string('x', 50), encoder.MaxTokens).Length);

        // Trained and saved, it has the files of its tokenizer.
        using var scratch = new ScratchDirectory();
        EncoderTrainer trainer = EncoderTrainer.Load(roberta.Folder);
        trainer.FitPairs(["he", "x"], ["he he", "y"], new() { LearningRate = 1e-3 }, TestContext.Current.CancellationToken);
        trainer.Save(scratch["saved"]);
        Assert.Equal(trainer.CreateEncoder().Encode("he he"), SentenceEncoder.Load(scratch["saved"]).Encode("he he"));
        Assert.Equal(!hasJson, scratch.Files.Contains("saved/merges.txt"));

        // The padding token has a position of its own, which is saved, too. The network does not know it.
        Assert.Equal(
            trainer.CreateEncoder().GetHiddenState([0, 259, 1, 260, 2]).Span.ToArray(),
            SentenceEncoder.Load(scratch["saved"]).GetHiddenState([0, 259, 1, 260, 2]).Span.ToArray());
        EncoderTrainer untrained = EncoderTrainer.Load(roberta.Folder);
        TensorBuffer<float> before = encoder.GetHiddenState([0, 1, 2]), after = untrained.CreateEncoder().GetHiddenState([0, 1, 2]);
        Assert.Equal(before.Span.ToArray(), after.Span.ToArray());
        if (!hasJson)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => untrained.FitPairs(
                ["he", "x"], ["a<pad>", "y"], cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal("partners", error.ParamName);
            Assert.StartsWith("Text 0 has the padding token, \"<pad>\"", error.Message);
        }
    }

    /// <summary>A model of this family whose tokenizer is of another kind takes tokens.</summary>
    [Fact]
    public void RoBERTa_with_another_tokenizer_takes_tokens()
    {
        using var roberta = new TinyEncoder("roberta");
        roberta.Write("tokenizer.json", """{"model": {"type": "Unigram"}}""");
        Assert.Null(roberta.Load().Tokenizer);
        roberta.Write("tokenizer.json", """{"model": {"type": "BPE"}}""");
        Assert.Contains("tokenizer.json: It has no", Assert.Throws<InvalidDataException>(() => roberta.Load()).Message);
    }

    private static double[] Apply(double[] x, float[] weights, string activation, bool hasBias, int outputs) =>
        [.. Enumerable.Range(0, outputs).Select(j =>
        {
            double sum = hasBias ? weights[(outputs * x.Length) + j] : 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += x[i] * weights[(j * x.Length) + i];
            }

            return activation switch
            {
                "Tanh" => Math.Tanh(sum),
                "ReLU" => Math.Max(0, sum),
                "Sigmoid" => 1 / (1 + Math.Exp(-sum)),
                "GELU" => GeluOf(sum),
                _ => sum,
            };
        })];

    private static double GeluOf(double x)
    {
        double[] y = new double[1];
        GELU.Forward<double>(new([x], 1, 1), new(y, 1, 1));
        return y[0];
    }

    private void WriteModules(params string[] dense) => files.Write("modules.json", TinyEncoder.Modules.Replace(
        "{\"idx\": 2",
        string.Concat(dense.Select(name => $"{{\"path\": \"{name}\", \"type\": \"sentence_transformers.models.Dense\"}}, "))
            + "{\"idx\": 2"));

    private float[] WriteDense(string name, int inputs, int outputs, string activation, bool hasBias)
    {
        Directory.CreateDirectory(files.PathOf(name));
        files.Write($"{name}/config.json", $$"""
            {"in_features": {{inputs}}, "out_features": {{outputs}}, "bias": {{(hasBias ? "true" : "false")}},
             "activation_function": "torch.nn.modules.activation.{{activation}}"}
            """);
        var random = new SplitMix64((ulong)outputs);
        float[] weights = [.. Enumerable.Range(0, (inputs + 1) * outputs).Select(_ => (float)((random.NextDouble() * 0.6) - 0.3))];
        byte[] bytes = MemoryMarshal.AsBytes(weights.AsSpan()).ToArray();
        int end = 4 * inputs * outputs;
        SafetensorsTensor[] tensors = [new("linear.weight", "F32", [outputs, inputs], bytes.AsMemory(0, end))];
        new SafetensorsFile(hasBias ? [.. tensors, new("linear.bias", "F32", [outputs], bytes.AsMemory(end))] : tensors)
            .Write(files.PathOf($"{name}/model.safetensors"));
        return weights;
    }

    private void WriteShards(int count)
    {
        files.WriteTensors();
        SafetensorsTensor[] all = [.. SafetensorsFile.Read(files.PathOf("model.safetensors")).Tensors];
        files.Delete("model.safetensors");
        List<string> map = [];
        for (int i = 0; i < count; i++)
        {
            string name = $"model-{i + 1:D5}-of-{count:D5}.safetensors";
            SafetensorsTensor[] part = [.. all.Where((_, index) => index % count == i)];
            new SafetensorsFile(part).Write(files.PathOf(name));
            map.AddRange(part.Select(tensor => $"\"{tensor.Name}\": \"{name}\""));
        }

        files.Write(
            "model.safetensors.index.json", $"{{\"metadata\": {{\"total_size\": 1}}, \"weight_map\": {{{string.Join(", ", map)}}}}}");
    }
}
