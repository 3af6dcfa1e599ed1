using System.Text;
using System.Text.Json;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>all-MiniLM-L6-v2, compared with values computed in double precision.</summary>
public sealed class SentenceEncoderTests
{
    private const string Question = "How is the weather today?";

    private static readonly Lazy<SentenceEncoder> MiniLmEncoder = new(() =>
    {
        using Stream model = MiniLm.OpenOnnx(), vocabulary = MiniLm.OpenVocabulary();
        return SentenceEncoder.Load(model, vocabulary, new() { MaxTokens = 256 });
    });

    private static readonly Lazy<JsonElement> Golden = new(() =>
    {
        using Stream stream = typeof(SentenceEncoderTests).Assembly.GetManifestResourceStream("Text/minilm_embeddings.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    });

    private static SentenceEncoder Encoder => MiniLmEncoder.Value;

    private static JsonElement[] Items => [.. Golden.Value.GetProperty("items").EnumerateArray()];

    private static string[] Texts => [.. Items.Select(item => item.GetProperty("text").GetString()!)];

    [Fact]
    public void The_model_is_described() => Assert.Equal(
        (384, 256, 30522, PoolingMode.Mean, true),
        (Encoder.Dimension, Encoder.MaxTokens, Encoder.VocabularySize, Encoder.Pooling, Encoder.Normalizes));

    [Fact]
    public void The_vectors_are_the_references()
    {
        double worst = 0;
        foreach (JsonElement item in Items)
        {
            double[] expected = [.. item.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
            float[] vector = Encoder.Encode(item.GetProperty("text").GetString()!);
            worst = expected.Select((value, i) => Math.Abs(value - vector[i])).Append(worst).Max();
            int[] tokens = Numbers(item.GetProperty("ids"));
            float[] ofTokens = new float[Encoder.Dimension];
            Encoder.EncodeTokens(tokens, new([0, tokens.Length]), ofTokens);
            Assert.Equal(ofTokens, vector);
        }

        Assert.InRange(worst, 0, 5e-7);
        TestContext.Current.SendDiagnosticMessage($"Embeddings are off by at most {worst:e2}.");
    }

    [Fact]
    public void The_hidden_states_are_the_references()
    {
        foreach (JsonElement item in Golden.Value.GetProperty("hidden").EnumerateArray())
        {
            TensorBuffer<float> found = Encoder.GetHiddenState(Numbers(item.GetProperty("ids")));
            double[] expected = [.. item.GetProperty("rows").EnumerateArray()
                .SelectMany(row => row.EnumerateArray().Select(value => value.GetDouble()))];
            Assert.Equal(expected.Length, found.Length);
            Assert.InRange(expected.Select((value, i) => Math.Abs(value - found.Span[i])).Max(), 0, 1e-5);
        }
    }

    [Fact]
    public void An_example_has_its_vector()
    {
        float[] vector = Encoder.Encode("This is an example sentence");
        double[] expected = [0.0676569, 0.0634959, 0.0487131, 0.0793050, 0.0374480];
        Assert.All(expected, (value, i) => Assert.Equal(value, vector[i], 2e-7));
    }

    /// <summary>A text has the same bits alone, and together with others in any order, on any number of threads.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_vector_does_not_depend_on_other_texts_or_threads(int threads)
    {
        string[] texts = [.. Enumerable.Range(0, 3).SelectMany(_ => Texts)];
        new Random(3).Shuffle(texts);
        TensorBuffer<float> found = Encoder.Encode(texts, new() { Threads = threads }, TestContext.Current.CancellationToken);
        var alone = new Dictionary<string, float[]>();
        for (int i = 0; i < texts.Length; i++)
        {
            if (!alone.TryGetValue(texts[i], out float[]? expected))
            {
                alone[texts[i]] = expected = new float[Encoder.Dimension];
                Encoder.Encode(texts[i], expected, threads: 1 + (i % 3));
            }

            Assert.Equal(expected, found.View.Row(i).ToArray());
        }
    }

    [Fact]
    public void Threads_share_an_encoder()
    {
        float[] expected = Encoder.Encode(Question);
        Concurrently.Run(4, _ =>
        {
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(expected, Encoder.Encode(Question));
            }
        });
    }

    [Fact]
    public void A_warm_call_allocates_nothing()
    {
        float[] vectors = new float[3 * Encoder.Dimension];
        Assert.Equal(0, Allocations.PerCall(() => Encoder.Encode(Question, vectors.AsSpan(0, Encoder.Dimension))));
        int[] tokens = [101, 7592, 102, 101, 102, 101, 2088, 2003, 102];
        Assert.Equal(0, Allocations.PerCall(() => Encoder.EncodeTokens(tokens, new([0, 3, 5, 9]), vectors)));
        Assert.Equal(0, Allocations.PerCall(() => Encoder.EncodeTokens(tokens, new([0, 3, 5, 9]), vectors, threads: 2)));
    }

    /// <summary>Texts without content have vectors like any other, and half of a surrogate pair is as if it were not there.</summary>
    [Fact]
    public void Every_text_has_a_vector()
    {
        Assert.Equal(Encoder.Encode(""), Encoder.Encode("  \t\n"));
        Assert.Equal(Encoder.Encode("red fox"), Encoder.Encode("red \ud83d fox\udc4d"));
        Assert.All(Encoder.Encode("\ud83d"), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(0, Encoder.Encode([], cancellationToken: TestContext.Current.CancellationToken).Rows);
    }

    /// <summary>10 MB are cut to the same tokens as their beginning.</summary>
    [Fact]
    public void A_long_text_is_cut()
    {
        string text = new StringBuilder().Insert(0, "the red fox runs. ", 600_000).ToString();
        Assert.Equal(Encoder.Encode(text[..18_000]), Encoder.Encode(text));
    }

    [Fact]
    public void Texts_of_one_meaning_are_near()
    {
        float[] cat = Encoder.Encode("A cat is sleeping on the sofa."), kitten = Encoder.Encode("The kitten naps on the couch."),
            bank = Encoder.Encode("Interest rates rose again in March.");
        Assert.InRange(Reductions.Dot<float>(cat, kitten), 0.6f, 1);
        Assert.InRange(Reductions.Dot<float>(cat, bank), -0.2f, 0.2f);
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];
}
