using VecNet.Text;

namespace VecNet.Tests;

/// <summary>
/// The pass of <see cref="SentenceEncoder"/> compared with a network of the library's layers in double precision, whose values are those of
/// PyTorch (<see cref="TransformerGoldenTests{T}"/>).
/// </summary>
public sealed class EncoderNetworkTests
{
    [Theory]
    [InlineData("bert", 20, 52, 2)]
    [InlineData("bert", 4, 6, 2)]
    [InlineData("bert", 64, 256, 2)]
    [InlineData("bert", 28, 100, 1)]
    [InlineData("distilbert", 20, 52, 2)]
    [InlineData("roberta", 20, 52, 4)]
    [InlineData("bert", 20, 52, 2, "gelu_new")]
    public void The_hidden_state_is_that_of_the_network(string type, int width, int hidden, int heads, string activation = "gelu")
    {
        using var files = new TinyEncoder(type, width, hidden, heads);
        files.WriteConfiguration(
            (type == "distilbert" ? "activation" : "hidden_act", $"\"{activation}\""), ("layer_norm_eps", "0.25"));
        SentenceEncoder encoder = files.Load();
        NeuralNetwork<double> network = files.Network();
        foreach (int length in new[] { 1, 2, 7, 12 })
        {
            (int[] tokens, int[] offsets) = files.Texts(length);
            TensorBuffer<float> found = encoder.GetHiddenState(tokens);
            ReadOnlyTensorView<double> expected =
                network.Predict(tokens, new(offsets), network.CreateInferenceWorkspace(length, sequences: 1));
            for (int i = 0; i < found.Length; i++)
            {
                Assert.Equal(expected[i / width, i % width], found.View[i / width, i % width], 1e-5);
            }
        }
    }

    /// <summary>The terms of a sum, also of one with an activation, and the rows of a block are more than one block has.</summary>
    [Theory]
    [InlineData(200, 800, 300)]
    [InlineData(400, 100, 20)]
    public void And_so_is_that_of_wider_layers_and_more_rows(int width, int hidden, int length)
    {
        using var files = new TinyEncoder("bert", width, hidden, heads: 5, positions: length);
        (int[] tokens, int[] offsets) = files.Texts(length);
        NeuralNetwork<double> network = files.Network();
        TensorBuffer<float> found = files.Load().GetHiddenState(tokens);
        ReadOnlyTensorView<double> expected = network.Predict(tokens, new(offsets), network.CreateInferenceWorkspace(length, sequences: 1));
        for (int i = 0; i < found.Length; i++)
        {
            // Without instructions for vectors, products and sums are not fused, and a sum is one chain.
            Assert.Equal(expected[i / width, i % width], found.View[i / width, i % width], 2e-5);
        }
    }

    [Theory]
    [InlineData("mean_tokens", PoolingMode.Mean)]
    [InlineData("cls_token", PoolingMode.First)]
    [InlineData("max_tokens", PoolingMode.Max)]
    [InlineData("lasttoken", PoolingMode.Last)]
    public void Rows_are_pooled_as_the_folder_says(string mode, PoolingMode pooling)
    {
        using var files = new TinyEncoder();
        files.WritePooling(mode);
        SentenceEncoder encoder = files.Load();
        Assert.Equal(pooling, encoder.Pooling);
        Assert.True(encoder.Normalizes);
        (int[] tokens, int[] offsets) = files.Texts(5, 1, 12);
        NeuralNetwork<double> network = files.Network(pooling);
        ReadOnlyTensorView<double> expected =
            network.Predict(tokens, new(offsets), network.CreateInferenceWorkspace(tokens.Length, sequences: 3));
        float[] plain = Vectors(files.Load(new() { Normalizes = false }), tokens, offsets);
        float[] normalized = Vectors(encoder, tokens, offsets);
        for (int i = 0; i < plain.Length; i++)
        {
            double[] row = expected.Row(i / encoder.Dimension).ToArray();
            Assert.Equal(row[i % encoder.Dimension], plain[i], 1e-5);
            Assert.Equal(row[i % encoder.Dimension] / Math.Sqrt(row.Sum(x => x * x)), normalized[i], 1e-6);
        }
    }

    [Fact]
    public void Names_may_have_a_prefix_and_norms_old_ones()
    {
        using var files = new TinyEncoder();
        using var old = new TinyEncoder(prefix: "bert.");
        foreach (string name in old.Tensors.Keys.Where(name => name.Contains("LayerNorm")).ToArray())
        {
            old.Tensors.Remove(name, out (int[], float[]) tensor);
            old.Tensors.Add(name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta"), tensor);
        }

        old.WriteTensors();
        Assert.Equal(files.Load().Encode("the red foxes run"), old.Load().Encode("the red foxes run"));
    }

    /// <summary>The first position is that behind the padding token's number, which is 1 where nothing else is said.</summary>
    [Fact]
    public void Positions_of_RoBERTa_begin_behind_the_padding_token()
    {
        using var files = new TinyEncoder("roberta");
        (int[] tokens, int[] offsets) = files.Texts(12);
        float[] expected = Vectors(files.Load(), tokens, offsets);
        (int[] shape, float[] values) = files.Tensors["embeddings.position_embeddings.weight"];
        files.Tensors["embeddings.position_embeddings.weight"] = ([shape[0] - 1, files.Width], values[files.Width..]);
        files.WriteTensors();
        files.WriteConfiguration(("pad_token_id", "0"), ("max_position_embeddings", "13"));
        Assert.Equal(expected, Vectors(files.Load(), tokens, offsets));
    }

    /// <summary>
    /// It has the position of its own number, and the tokens after it go on counting, as for Hugging Face: the same as a BERT whose
    /// positions are in this order.
    /// </summary>
    [Fact]
    public void The_padding_token_of_RoBERTa_in_a_text_is_not_counted()
    {
        int[] tokens = [0, 5, 1, 6, 1, 1, 2], order = [2, 3, 1, 4, 1, 1, 5];
        using var files = new TinyEncoder("roberta");
        using var bert = new TinyEncoder("bert");
        foreach ((string name, (int[], float[]) tensor) in files.Tensors)
        {
            bert.Tensors[name] = tensor;
        }

        (int[] _, float[] table) = files.Tensors["embeddings.position_embeddings.weight"];
        bert.Tensors["embeddings.position_embeddings.weight"] = (
            [order.Length, files.Width], [.. order.SelectMany(row => table[(row * files.Width)..((row + 1) * files.Width)])]);
        bert.WriteTensors();
        bert.WriteConfiguration(("type_vocab_size", "1"), ("max_position_embeddings", $"{order.Length}"));
        bert.Delete("sentence_bert_config.json");
        TensorBuffer<float> expected = bert.Load().GetHiddenState(tokens);
        Assert.Equal(expected.Span.ToArray(), files.Load().GetHiddenState(tokens).Span.ToArray());
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Weights_of_16_bits_are_widened(string type)
    {
        using var files = new TinyEncoder();
        foreach ((int[] _, float[] values) in files.Tensors.Values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                // Numbers that both types represent.
                values[i] = (float)(Half)(MathF.Round(values[i] * 64) / 64);
            }
        }

        files.WriteTensors();
        float[] expected = files.Load().Encode("a red fox");
        new SafetensorsFile([.. files.Tensors.Select(pair => new SafetensorsTensor(
            pair.Key, type, [.. pair.Value.Shape.Select(length => (long)length)],
            pair.Value.Values.SelectMany(value => type == "F16"
                ? BitConverter.GetBytes((Half)value)
                : BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))).ToArray()))])
            .Write(files.PathOf("model.safetensors"));
        Assert.Equal(expected, files.Load().Encode("a red fox"));
    }

    private static float[] Vectors(SentenceEncoder encoder, int[] tokens, int[] offsets)
    {
        float[] vectors = new float[(offsets.Length - 1) * encoder.Dimension];
        encoder.EncodeTokens(tokens, new(offsets), vectors);
        return vectors;
    }
}
