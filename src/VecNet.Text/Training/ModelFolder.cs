using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VecNet.Text;

/// <summary>The files of an encoder's folder beside its weights: read from one folder, and written to another.</summary>
internal sealed class ModelFolder
{
    private const string Configuration = "config.json";
    private const string Vocabulary = "vocab.txt";

    /// <summary>The files that are copied as they are, where they are there.</summary>
    private static readonly string[] Copied =
    [
        Configuration, Vocabulary, ByteLevelFiles.Vocabulary, ByteLevelFiles.Merges, "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json",
    ];

    private static readonly (PoolingMode? Mode, string Name)[] Poolings =
    [
        (PoolingMode.First, "cls_token"), (PoolingMode.Mean, "mean_tokens"), (PoolingMode.Max, "max_tokens"),
        (null, "mean_sqrt_len_tokens"), (null, "weightedmean_tokens"), (PoolingMode.Last, "lasttoken"),
    ];

    private readonly Dictionary<string, byte[]> files = [];

    /// <summary>Reads the files of a folder, or of that of an ONNX file.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static ModelFolder Read(string path)
    {
        string folder = Directory.Exists(path)
            ? Path.Combine(path, SentenceModules.Read(path).Transformer)
            : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var read = new ModelFolder();
        foreach (string name in Copied)
        {
            string file = Path.Combine(folder, name);
            if (Path.Exists(file))
            {
                read.files.Add(name, InputFile.Read(file, stream => MappedFile.Read(stream).ToArray()));
            }
        }

        return read;
    }

    /// <summary>Writes a folder.</summary>
    /// <param name="path">The folder, which is created if it does not exist.</param>
    /// <param name="model">How the encoder is used.</param>
    /// <param name="weights">Its tensors.</param>
    /// <param name="precision">The numbers that they are stored as.</param>
    /// <exception cref="InvalidOperationException">The numbers cannot represent a weight; nothing has been written.</exception>
    /// <exception cref="IOException">A file cannot be written; the message names it.</exception>
    internal void Write(string path, EncoderFiles model, EncoderWeights weights, WeightPrecision precision)
    {
        SafetensorsTensor[] tensors =
        [
            .. weights.Names.Select(name => weights.Find(name)).Select(tensor => new SafetensorsTensor(
                tensor.Name, WeightNumbers.TypeOf(precision), tensor.Shape, WeightNumbers.Round(tensor, precision))),
        ];
        CreateFolder(path);
        foreach ((string name, byte[] content) in files)
        {
            AtomicFile.Write(Path.Combine(path, name), stream => stream.Write(content));
        }

        if (!files.ContainsKey(Configuration))
        {
            WriteJson(path, Configuration, json => Describe(json, model.Configuration));
        }

        if (!files.ContainsKey(Vocabulary) && model.Tokenizer is WordPieceTokenizer tokenizer)
        {
            var lines = new StringBuilder();
            for (int id = 0; id < tokenizer.VocabularySize; id++)
            {
                lines.Append(tokenizer.GetToken(id)).Append('\n');
            }

            AtomicFile.Write(Path.Combine(path, Vocabulary), stream => stream.Write(Encoding.UTF8.GetBytes(lines.ToString())));
        }

        WriteModules(path, model);
        new SafetensorsFile(tensors, new Dictionary<string, string> { ["format"] = "pt" })
            .Write(Path.Combine(path, "model.safetensors"));
    }

    private static void WriteModules(string path, EncoderFiles model)
    {
        List<(string Folder, string Type)> modules = [("", "Transformer"), ("1_Pooling", "Pooling")];
        if (model.Normalizes)
        {
            modules.Add(("2_Normalize", "Normalize"));
        }

        foreach ((string folder, string _) in modules)
        {
            CreateFolder(Path.Combine(path, folder));
        }

        AtomicFile.Write(Path.Combine(path, "modules.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartArray();
            foreach ((int index, (string folder, string type)) in modules.Index())
            {
                json.WriteStartObject();
                json.WriteNumber("idx", index);
                json.WriteString("name", index.ToString(CultureInfo.InvariantCulture));
                json.WriteString("path", folder);
                json.WriteString("type", $"sentence_transformers.models.{type}");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        WriteJson(path, "1_Pooling/config.json", json =>
        {
            json.WriteNumber("word_embedding_dimension", model.Configuration.Width);
            foreach ((PoolingMode? mode, string name) in Poolings)
            {
                json.WriteBoolean($"pooling_mode_{name}", mode == model.Pooling);
            }

            json.WriteBoolean("include_prompt", true);
        });
        WriteJson(path, "sentence_bert_config.json", json =>
        {
            json.WriteNumber("max_seq_length", model.MaxTokens);
            json.WriteBoolean("do_lower_case", false);
        });
    }

    /// <summary>Writes what an ONNX file alone does not have: the architecture.</summary>
    private static void Describe(Utf8JsonWriter json, EncoderConfiguration model)
    {
        bool isDistil = model.ModelType == "distilbert";
        string activation = model.Activation == EncoderActivation.GeluTanh ? "gelu_new" : "gelu";
        json.WriteStartArray("architectures");
        json.WriteStringValue(isDistil ? "DistilBertModel" : "BertModel");
        json.WriteEndArray();
        json.WriteString("model_type", model.ModelType);
        json.WriteNumber(isDistil ? "dim" : "hidden_size", model.Width);
        json.WriteNumber(isDistil ? "hidden_dim" : "intermediate_size", model.HiddenWidth);
        json.WriteNumber(isDistil ? "n_layers" : "num_hidden_layers", model.Layers);
        json.WriteNumber(isDistil ? "n_heads" : "num_attention_heads", model.Heads);
        json.WriteString(isDistil ? "activation" : "hidden_act", activation);
        json.WriteNumber("max_position_embeddings", model.Positions);
        json.WriteNumber("vocab_size", model.VocabularySize);
        json.WriteNumber("pad_token_id", 0);
        if (!isDistil)
        {
            json.WriteNumber("type_vocab_size", model.TokenTypes);
            json.WriteNumber("layer_norm_eps", model.Epsilon);
        }
    }

    private static void WriteJson(string path, string name, Action<Utf8JsonWriter> members) =>
        AtomicFile.Write(Path.Combine(path, name), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });

    /// <exception cref="IOException">The folder cannot be created.</exception>
    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path}: the folder cannot be created: access is denied.", error);
        }
    }
}
