using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Classifiers on the vectors of an encoder.</summary>
public sealed class EmbeddingClassifierTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "a red fox", "the fox runs", "foxes run", "red fox ?", "the red foxes", "a fox .", "fox fox a", "foxes ? run",
        "a b c", "b b c", "c a b .", "b c c", "a c c ?", "the b c", "c b .", "b a b c",
    ];

    private static readonly string[] Labels = [.. Enumerable.Repeat("animal", 8), .. Enumerable.Repeat("letter", 8)];

    private readonly TinyEncoder files = new();
    private readonly ScratchDirectory scratch = new();

    private enum Kind
    {
        Animal,
        Letter,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        files.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Texts_are_classified()
    {
        EmbeddingClassifier<string> model = EmbeddingClassifier.Fit(files.Load(), Texts, Labels, cancellationToken: Token);
        AssertMostAreRight(model);
        Assert.Equal(["animal", "letter"], model.Labels);
        Assert.StartsWith("Chosen: a logistic regression with C = ", model.Report!.Summary, StringComparison.Ordinal);
        Assert.EndsWith("in 3 × 5-fold cross-validation.", model.Report.Summary, StringComparison.Ordinal);
        Assert.Single(model.Report.Candidates, candidate => candidate.IsChosen);
        Prediction<string> one = model.Predict("a red fox");
        Assert.Equal(model.Predict(["a red fox"], cancellationToken: Token)[0]["animal"], one["animal"]);
        float[] probabilities = new float[2];
        Assert.Equal("animal", model.Predict("a red fox", probabilities));
        Assert.Equal(one.Classes.Select(known => known.Probability), probabilities.Select(known => (double)known));
    }

    /// <summary>Neither threads nor who encodes the texts change a bit.</summary>
    [Fact]
    public void The_result_has_the_same_bits_on_any_number_of_threads()
    {
        SentenceEncoder encoder = files.Load();
        float[] expected = Parameters(EmbeddingClassifier.Fit(encoder, Texts, Labels, cancellationToken: Token));
        Assert.Equal(
            expected,
            Parameters(EmbeddingClassifier.Fit(encoder, Texts, Labels, new FitOptions { Threads = 3 }, cancellationToken: Token)));
        TensorBuffer<float> vectors = encoder.Encode(Texts, cancellationToken: Token);
        Assert.Equal(expected, Parameters(EmbeddingClassifier.Fit(encoder, vectors.View, Labels, cancellationToken: Token)));

        // Vectors need not have length 1.
        TensorBuffer<float> longer = files.Load(new() { Normalizes = false }).Encode(Texts, cancellationToken: Token);
        EmbeddingClassifier<string> other = EmbeddingClassifier.Fit(encoder, longer.View, Labels, cancellationToken: Token);
        Assert.All(Parameters(other).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-2f));
    }

    [Fact]
    public void An_encoder_that_does_not_normalize_gives_the_same_classes()
    {
        EmbeddingClassifier<string> model =
            EmbeddingClassifier.Fit(files.Load(new() { Normalizes = false }), Texts, Labels, cancellationToken: Token);
        AssertMostAreRight(model);
        Assert.Equal(model.Predict(Texts, cancellationToken: Token)[0]["animal"], model.Predict(Texts[0])["animal"]);
    }

    [Fact]
    public void A_saved_classifier_predicts_the_same()
    {
        SentenceEncoder encoder = files.Load();
        Kind[] kinds = [.. Labels.Select(label => label == "animal" ? Kind.Animal : Kind.Letter)];
        EmbeddingClassifier<Kind> model = EmbeddingClassifier.Fit(encoder, Texts, kinds, cancellationToken: Token);
        model.Save(scratch["kinds.safetensors"]);
        EmbeddingClassifier<Kind> loaded = EmbeddingClassifier.Load<Kind>(scratch["kinds.safetensors"], encoder);
        Assert.Null(loaded.Report);
        Assert.Equal(Parameters(model), Parameters(loaded));
        Assert.Equal(model.Predict("foxes .")[Kind.Animal], loaded.Predict("foxes .")[Kind.Animal]);
        using var stream = new MemoryStream();
        loaded.Save(stream);
        Assert.Equal(File.ReadAllBytes(scratch["kinds.safetensors"]), stream.ToArray());
        stream.Position = 0;
        Assert.Equal(Kind.Animal, EmbeddingClassifier.Load<Kind>(stream, encoder).Predict("a red fox").Label);

        // The head alone is a classifier of vectors.
        Classifier<Kind> head = Classifier.Load<Kind>(scratch["kinds.safetensors"]);
        Assert.Equal(model.Predict("c b")[Kind.Letter], head.Predict(encoder.Encode("c b"))[Kind.Letter]);
    }

    [Fact]
    public void Another_encoder_is_refused()
    {
        string path = scratch["model.safetensors"];
        EmbeddingClassifier.Fit(files.Load(), Texts, Labels, cancellationToken: Token).Save(path);
        Assert.Contains("another encoder", Refusal(files.Load(new() { Pooling = PoolingMode.First })), StringComparison.Ordinal);
        using var wider = new TinyEncoder(width: 24);
        Assert.Contains("those of this encoder have 24", Refusal(wider.Load()), StringComparison.Ordinal);
        foreach ((int[] _, float[] values) in files.Tensors.Values)
        {
            values[0] += 0.5f;
        }

        files.WriteTensors("other.safetensors");
        File.Move(files.PathOf("other.safetensors"), files.PathOf("model.safetensors"), overwrite: true);
        Assert.Contains("another encoder", Refusal(files.Load()), StringComparison.Ordinal);
        Classifier.Fit([[1f], [2f]], ["a", "b"], new FitOptions { Epochs = 1 }, cancellationToken: Token).Save(path);
        Assert.Contains("was not trained on the vectors", Refusal(files.Load()), StringComparison.Ordinal);

        string Refusal(SentenceEncoder encoder)
        {
            string message = Assert.Throws<InvalidDataException>(() => EmbeddingClassifier.Load<string>(path, encoder)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            return message;
        }
    }

    /// <summary>What the file says about the encoder is not its bytes: other formats of the same weights are accepted.</summary>
    [Fact]
    public void The_same_weights_in_16_bits_are_accepted()
    {
        SentenceEncoder encoder = files.Load();
        EmbeddingClassifier.Fit(encoder, Texts, Labels, cancellationToken: Token).Save(scratch["model.safetensors"]);
        foreach ((int[] _, float[] values) in files.Tensors.Values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(Half)values[i];
            }
        }

        files.WriteTensors("half.safetensors");
        File.Move(files.PathOf("half.safetensors"), files.PathOf("model.safetensors"), overwrite: true);
        SentenceEncoder half = files.Load();
        Assert.NotEqual(encoder.Encode("a b"), half.Encode("a b"));
        Assert.Equal("animal", EmbeddingClassifier.Load<string>(scratch["model.safetensors"], half).Predict("a red fox").Label);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        SentenceEncoder encoder = files.Load();
        Assert.Contains("no text", Error(() => EmbeddingClassifier.Fit(encoder, [], Array.Empty<string>())), StringComparison.Ordinal);
        Assert.Contains(
            "1 text and 2 labels", Error(() => EmbeddingClassifier.Fit(encoder, ["a"], ["x", "y"])), StringComparison.Ordinal);
        Assert.Contains(
            "at least two classes", Error(() => EmbeddingClassifier.Fit(encoder, ["a", "b"], ["x", "x"])), StringComparison.Ordinal);
        Assert.Contains(
            "Text 1 is null", Error(() => EmbeddingClassifier.Fit(encoder, ["a", null!], ["x", "y"])), StringComparison.Ordinal);
        Assert.Contains(
            "Epochs does not apply",
            Error(() => EmbeddingClassifier.Fit(encoder, Texts, Labels, new FitOptions { Epochs = 3 })),
            StringComparison.Ordinal);
        Assert.Contains(
            "those of the encoder have 20",
            Error(() => EmbeddingClassifier.Fit(encoder, new float[16, 3].AsView(), Labels)),
            StringComparison.Ordinal);
        float[,] vectors = new float[16, 20];
        vectors[3, 7] = float.NaN;
        Assert.Contains("Vector 3", Error(() => EmbeddingClassifier.Fit(encoder, vectors.AsView(), Labels)), StringComparison.Ordinal);

        static string Error(Action fit) => Assert.ThrowsAny<ArgumentException>(fit).Message;
    }

    /// <summary>With so few texts there is nothing to compare.</summary>
    [Fact]
    public void Two_texts_are_enough()
    {
        EmbeddingClassifier<int> model = EmbeddingClassifier.Fit(files.Load(), ["a red fox", "a b c"], [7, 9], cancellationToken: Token);
        Assert.Equal([7, 9], model.Predict(["a red fox", "a b c"], cancellationToken: Token).Select(prediction => prediction.Label));
        Assert.Equal("Chosen without a comparison: a logistic regression with C = 16.", model.Report!.Summary);
    }

    [Fact]
    public void Probabilities_are_calibrated_on_request()
    {
        string[] noisy = [.. Labels];
        (noisy[0], noisy[9]) = (noisy[9], noisy[0]);
        SentenceEncoder encoder = files.Load();
        FitReport report = EmbeddingClassifier.Fit(
            encoder, Texts, noisy, new FitOptions { Calibrate = true }, cancellationToken: Token).Report!;
        Assert.NotNull(report.Temperature);
        Assert.NotEqual(1, report.Temperature);
        Assert.Null(EmbeddingClassifier.Fit(encoder, Texts, noisy, cancellationToken: Token).Report!.Temperature);
    }

    [Fact]
    public void Balanced_classes_raise_the_rare_one()
    {
        SentenceEncoder encoder = files.Load();
        string[] texts = [.. Texts[..3], .. Texts[8..]], labels = [.. Labels[..3], .. Labels[8..]];
        FitOptions equal = new() { ValidationShare = 0 }, balanced = equal with { ClassWeights = ClassWeights.Balanced };
        Assert.True(
            EmbeddingClassifier.Fit(encoder, texts, labels, balanced, cancellationToken: Token).Predict("the")["animal"]
            > EmbeddingClassifier.Fit(encoder, texts, labels, equal, cancellationToken: Token).Predict("the")["animal"]);
    }

    [Fact]
    public void A_warm_prediction_allocates_nothing()
    {
        EmbeddingClassifier<string> model = EmbeddingClassifier.Fit(files.Load(), Texts, Labels, cancellationToken: Token);
        float[] probabilities = new float[2];
        Assert.Equal(0, Allocations.PerCall(() => model.Predict("the red fox", probabilities)));
    }

    [Fact]
    public void A_canceled_training_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        SentenceEncoder encoder = files.Load();
        TensorBuffer<float> vectors = encoder.Encode(Texts, cancellationToken: Token);
        Assert.Throws<OperationCanceledException>(
            () => EmbeddingClassifier.Fit(encoder, Texts, Labels, cancellationToken: source.Token));
        Assert.Throws<OperationCanceledException>(
            () => EmbeddingClassifier.Fit(encoder, vectors.View, Labels, cancellationToken: source.Token));
    }

    /// <summary>The encoder has random weights: it does not know that foxes are animals.</summary>
    private static void AssertMostAreRight(EmbeddingClassifier<string> model) => Assert.InRange(
        model.Predict(Texts).Zip(Labels).Count(pair => pair.First.Label == pair.Second), 12, 16);

    private static float[] Parameters<TLabel>(EmbeddingClassifier<TLabel> model)
        where TLabel : notnull => model.Head.Model.Network.Parameters.ToArray();
}
