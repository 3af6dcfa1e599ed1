using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The error that each fault in the files of an encoder gives.</summary>
public sealed class EncoderRefusalTests
{
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

    /// <summary>Also of a folder that exists.</summary>
    [Theory]
    [InlineData("\"path\": \"\"", "../{0}")]
    [InlineData("\"path\": \"\"", "../../x")]
    [InlineData("\"path\": \"1_Pooling\"", "../{0}/1_Pooling")]
    [InlineData("\"path\": \"1_Pooling\"", "1_Pooling/../../{0}/1_Pooling")]
    [InlineData("\"path\": \"1_Pooling\"", "/tmp")]
    [InlineData("\"path\": \"1_Pooling\"", "C:/tmp")]
    [InlineData("\"path\": \"1_Pooling\"", "..\\\\x")]
    public void A_module_outside_of_the_folder_is_refused(string path, string other)
    {
        using var files = new TinyEncoder();
        other = other.Replace("{0}", Path.GetFileName(files.Folder));
        files.Write("modules.json", TinyEncoder.Modules.Replace(path, $"\"path\": \"{other}\""));
        AssertRefused(files, $"modules.json: '{other.Replace("\\\\", "\\")}' is not the name of a file or folder in the same folder.");
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
        float[] expected = files.Load().Encode("the red fox");
        files.Write("sentence_bert_config.json", "{\"do_lower_case\": true}");
        Assert.Equal(expected, files.Load().Encode("THE RED FOX"));
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

    private static void AssertRefused(TinyEncoder files, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => files.Load());
        Assert.Contains(message, error.Message);
        Assert.StartsWith(files.Folder, error.Message);
    }
}
