using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The folder of a small encoder with random weights, as sentence-transformers writes it; removed at the end.</summary>
internal sealed class TinyEncoder : IDisposable
{
    internal static readonly string[] Tokens =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "red", "fox", "##es", "run", "##s", "the", "?", "."];

    private static readonly string[] Poolings = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "lasttoken"];

    private readonly SplitMix64 random = new(11);

    /// <summary>Writes the folder.</summary>
    /// <param name="type">The architecture.</param>
    /// <param name="width">The width, which is no multiple of a vector's or a panel's by default.</param>
    /// <param name="hidden">The width of the hidden layers.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="prefix">The beginning of the names of all tensors.</param>
    /// <param name="positions">The number of positions of a text.</param>
    /// <param name="vocabulary">The number of tokens that the model has vectors for.</param>
    internal TinyEncoder(
        string type = "bert", int width = 20, int hidden = 52, int heads = 2, string prefix = "", int positions = 12, int vocabulary = 16)
    {
        Type = type;
        (Width, Hidden, Heads, Prefix, Positions, Vocabulary) = (width, hidden, heads, prefix, positions, vocabulary);
        Directory.CreateDirectory(Path.Combine(Folder, "1_Pooling"));
        WriteConfiguration();
        WritePooling("mean_tokens");
        Write("modules.json", Modules);
        Write("sentence_bert_config.json", $$"""{"max_seq_length": {{positions}}, "do_lower_case": false}""");
        Write("vocab.txt", string.Join('\n', Tokens) + "\n");
        FillTensors();
        WriteTensors();
    }

    internal string Folder { get; } = Path.Combine(Path.GetTempPath(), $"vecnet-encoder-{Guid.NewGuid():N}");

    internal string Type { get; }

    internal int Width { get; }

    internal int Hidden { get; }

    internal int Heads { get; }

    internal string Prefix { get; }

    internal int Positions { get; }

    internal int Vocabulary { get; }

    internal const int Layers = 2;

    internal const string Modules = """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """;

    /// <summary>The tensors by their names.</summary>
    internal Dictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = [];

    private int OffsetOfPositions => Type == "roberta" ? 2 : 0;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal void Write(string name, string content) => File.WriteAllText(Path.Combine(Folder, name), content);

    internal void Delete(string name) => File.Delete(Path.Combine(Folder, name));

    internal string PathOf(string name) => Path.Combine(Folder, name);

    internal void WritePooling(params string[] modes) => Write("1_Pooling/config.json", $$"""
        {"word_embedding_dimension": {{Width}}, "include_prompt": true,
        {{string.Join(", ", Poolings.Select(mode => $"\"pooling_mode_{mode}\": {(modes.Contains(mode) ? "true" : "false")}"))}}}
        """);

    /// <summary>Writes config.json, with other values for some keys.</summary>
    internal void WriteConfiguration(params (string Key, string Value)[] changes)
    {
        bool isDistil = Type == "distilbert";
        Dictionary<string, string> values = new()
        {
            ["model_type"] = $"\"{Type}\"",
            [isDistil ? "dim" : "hidden_size"] = $"{Width}",
            [isDistil ? "hidden_dim" : "intermediate_size"] = $"{Hidden}",
            [isDistil ? "n_layers" : "num_hidden_layers"] = $"{Layers}",
            [isDistil ? "n_heads" : "num_attention_heads"] = $"{Heads}",
            [isDistil ? "activation" : "hidden_act"] = "\"gelu\"",
            ["vocab_size"] = $"{Vocabulary}",
            ["max_position_embeddings"] = $"{Positions + OffsetOfPositions}",
        };
        if (!isDistil)
        {
            values["type_vocab_size"] = Type == "roberta" ? "1" : "2";
            values["layer_norm_eps"] = "1e-12";
        }

        foreach ((string key, string value) in changes)
        {
            values[key] = value;
        }

        Write("config.json", $"{{{string.Join(", ", values.Select(pair => $"\"{pair.Key}\": {pair.Value}"))}}}");
    }

    internal void WriteTensors(string file = "model.safetensors") => new SafetensorsFile(
        [.. Tensors.Select(pair => new SafetensorsTensor(
            Prefix + pair.Key, "F32", [.. pair.Value.Shape.Select(length => (long)length)],
            MemoryMarshal.AsBytes(pair.Value.Values.AsSpan()).ToArray()))]).Write(PathOf(file));

    /// <summary>Loads an encoder whose files are removed at once; it keeps what it needs.</summary>
    internal static SentenceEncoder LoadOnce()
    {
        using var files = new TinyEncoder();
        return files.Load();
    }

    internal SentenceEncoder Load(SentenceEncoderOptions? options = null) => SentenceEncoder.Load(Folder, options);

    /// <summary>The same encoder as a network of the library's layers, in double precision.</summary>
    internal NeuralNetwork<double> Network(PoolingMode? pooling = null)
    {
        EncoderFiles files = EncoderFiles.Open(Folder, new());
        return EncoderNetwork.Create<double>(files.Configuration, files.Names, files.Weights, pooling);
    }

    /// <summary>Tokens of texts of the given lengths, and their offsets; for RoBERTa none that may be its padding token.</summary>
    internal (int[] Tokens, int[] Offsets) Texts(params int[] lengths)
    {
        int[] offsets = [0, .. lengths.Select((_, i) => lengths[..(i + 1)].Sum())];
        ulong count = (ulong)(Vocabulary - OffsetOfPositions);
        return ([.. Enumerable.Range(0, offsets[^1]).Select(_ => OffsetOfPositions + (int)(random.Next() % count))], offsets);
    }

    private void FillTensors()
    {
        Add("embeddings.word_embeddings.weight", Vocabulary, Width);
        Add("embeddings.position_embeddings.weight", Positions + OffsetOfPositions, Width);
        if (Type != "distilbert")
        {
            Add("embeddings.token_type_embeddings.weight", Type == "roberta" ? 1 : 2, Width);
        }

        AddNorm("embeddings.LayerNorm");
        for (int i = 0; i < Layers; i++)
        {
            bool isDistil = Type == "distilbert";
            string layer = isDistil ? $"transformer.layer.{i}." : $"encoder.layer.{i}.";
            foreach (string part in isDistil ? ["q_lin", "k_lin", "v_lin"] : (string[])["self.query", "self.key", "self.value"])
            {
                AddLinear($"{layer}attention.{part}", Width, Width);
            }

            AddLinear(isDistil ? $"{layer}attention.out_lin" : $"{layer}attention.output.dense", Width, Width);
            AddNorm(isDistil ? $"{layer}sa_layer_norm" : $"{layer}attention.output.LayerNorm");
            AddLinear(isDistil ? $"{layer}ffn.lin1" : $"{layer}intermediate.dense", Hidden, Width);
            AddLinear(isDistil ? $"{layer}ffn.lin2" : $"{layer}output.dense", Width, Hidden);
            AddNorm(isDistil ? $"{layer}output_layer_norm" : $"{layer}output.LayerNorm");
        }
    }

    private void AddLinear(string name, int outputs, int inputs)
    {
        Add($"{name}.weight", outputs, inputs);
        Add($"{name}.bias", outputs);
    }

    private void AddNorm(string name)
    {
        Add($"{name}.weight", Width);
        Add($"{name}.bias", Width);
    }

    private void Add(string name, params int[] shape) => Tensors.Add(
        name, (shape, [.. Enumerable.Range(0, shape.Aggregate(1, (x, y) => x * y)).Select(_ => (float)((random.NextDouble() * 2) - 1))]));
}
