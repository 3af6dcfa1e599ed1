namespace VecNet.Tests;

/// <summary>Sequences with their targets, and what does not fit together.</summary>
public sealed class SequenceDatasetTests
{
    private static readonly int[][] Texts = [[4, 1, 7], [2], [7, 0]];

    [Fact]
    public void A_selection_has_the_rows_targets_and_weights_of_its_sequences()
    {
        Dataset<float> byText = new Dataset<float>(Texts, classes: [0, 1, 2]) { Weights = [1, 2, 3] }.Select([2, 0]);
        Assert.Equal((2, 5, 1), (byText.Count, byText.Rows, byText.FeatureCount));
        Assert.Equal([7, 0, 4, 1, 7], byText.Features.Span.ToArray());
        Assert.Equal([0, 2, 5], byText.Sequences.AsSpan().ToArray());
        Assert.Equal([2, 0], byText.Targets.Classes.ToArray());
        Assert.Equal([3, 1], byText.Weights);

        var words = new Dataset<float>(Texts, classes: [10, 11, 12, 20, 30, 31]) { Weights = [1, 2, 3, 4, 5, 6] };
        Dataset<float> byWord = words.Select([2, 1]);
        Assert.Equal([0, 2, 3], byWord.Sequences.AsSpan().ToArray());
        Assert.Equal([30, 31, 20], byWord.Targets.Classes.ToArray());
        Assert.Equal([5, 6, 4], byWord.Weights);
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => byWord.Select([2]));
        Assert.False(new Dataset<float>(new TensorBuffer<float>(2, 1), [0, 1]).Sequences.HasValue);
    }

    [Fact]
    public void A_sequence_without_rows_is_refused_with_its_number()
    {
        var features = new TensorBuffer<float>(3, 1);
        AssertRefused("sequences", "Sequence 1 has no row", () => _ = new Dataset<float>(features, new([0, 2, 2, 3]), [0, 1, 0]));
        AssertRefused("sequences", "Sequence 1 has no row", () => _ = new Dataset<float>(features, new([0, 3, 3]), features));
        AssertRefused("sequences", "Sequence 0 has no row", () => _ = new Dataset<float>([[], [1]], [0, 1]));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var features = new TensorBuffer<float>(5, 1);
        AssertRefused("sequences", "4 rows together; there are 5", () => _ = new Dataset<float>(features, new([0, 3, 4]), [0, 1]));
        AssertRefused("sequences", "0 rows together; there are 5", () => _ = new Dataset<float>(features, default, [0, 1]));
        AssertRefused("classes", "3 targets for 2 sequences of 5 rows", () => _ = new Dataset<float>(features, new([0, 3, 5]), [0, 1, 0]));
        AssertRefused(
            "values", "4 targets for 2 sequences", () => _ = new Dataset<float>(features, new([0, 3, 5]), new TensorBuffer<float>(4, 1)));
        AssertRefused("Weights", "2 weights for 3", () => _ = new Dataset<float>(Texts, [0, 1, 2]) { Weights = [1, 2] });
    }

    [Fact]
    public void Offsets_are_copied()
    {
        int[] offsets = [0, 3, 5];
        var data = new Dataset<float>(new TensorBuffer<float>(5, 1), new(offsets), [0, 1]);
        offsets[1] = 4;
        Assert.Equal(3, data.Sequences.GetLength(0));
    }

    /// <summary>A network has outputs for rows or for sequences, and needs to know where these begin.</summary>
    [Fact]
    public void Targets_that_the_network_has_no_outputs_for_are_refused()
    {
        var byText = new Dataset<float>(Texts, [0, 1, 1]);
        var byWord = new Dataset<float>(Texts, [0, 1, 1, 0, 1, 0]);
        Trainer<float> pooled = NewTrainer(new Embedding<float>(8, 4), new SequencePooling<float>(PoolingMode.Mean), Linear());
        Trainer<float> rows = NewTrainer(new Embedding<float>(8, 4), Linear());
        AssertRefused("data", "an output for each sequence of the data, 3 in all; the data has 6 targets", () => pooled.Evaluate(byWord));
        AssertRefused("data", "an output for each row of the data, 6 in all; the data has 3 targets", () => rows.Evaluate(byText));
        CancellationToken token = TestContext.Current.CancellationToken;
        AssertRefused("training", "an output for each row", () => rows.Train(byText, cancellationToken: token));
        AssertRefused(
            "data",
            "'1.sequence_pooling' reads sequences, and the data has none",
            () => pooled.Evaluate(new(byText.Features, [0, 1, 1, 0, 1, 0])));
        AssertRefused("data", "class of sequence 2 is 9", () => pooled.Evaluate(new Dataset<float>(Texts, [0, 1, 9])));
        AssertRefused("data", "class of row 2 is 9", () => rows.Evaluate(new Dataset<float>(Texts, [0, 1, 9, 0, 0, 0])));
        AssertRefused("data", "There is no sequence", () => rows.Evaluate(byText.Select([])));

        // Sequences of one row each: a target for each row is one for each sequence.
        var single = new Dataset<float>([[1], [2]], [0, 1]);
        Assert.Equal(2, pooled.EvaluateClasses(single).Rows);
        Assert.Equal(2, rows.EvaluateClasses(single).Rows);
    }

    [Fact]
    public void The_importance_of_features_is_not_that_of_sequences()
    {
        var model = new Model<float>(new NeuralNetwork<float>(1, [Linear()]));
        AssertRefused(
            "data", "The data has sequences", () => PermutationImportance.Compute(model, new Dataset<float>(Texts, [0, 1, 0, 1, 0, 1])));
    }

    /// <summary>Layers that work row by row take sequences too.</summary>
    [Fact]
    public void A_network_that_reads_no_sequences_is_trained_by_rows_of_sequences()
    {
        Trainer<float> trainer = NewTrainer(new Embedding<float>(8, 4), Linear());
        TrainingProgress last = trainer.Train(
            new Dataset<float>(Texts, [1, 0, 1, 0, 1, 0]),
            new Dataset<float>(Texts, [1, 0, 1, 0, 1, 0]),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, last.ValidationAccuracy);
    }

    private static Trainer<float> NewTrainer(params ILayer<float>[] layers) => new(
        new NeuralNetwork<float>(1, layers, seed: 1), new Adam<float>(0.05), new SoftmaxCrossEntropy<float>(),
        new() { BatchSize = 2, Epochs = 60 });

    private static FullyConnectedLayer<float> Linear() => new(2, WeightInitialization.XavierNormal);

    private static void AssertRefused(string parameter, string part, Action action)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
