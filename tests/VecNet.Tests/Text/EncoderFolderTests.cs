using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Kinds of folders: weights in several files, and RoBERTa with its tokenizer.</summary>
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
