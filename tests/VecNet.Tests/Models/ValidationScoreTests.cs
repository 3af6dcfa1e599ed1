namespace VecNet.Tests;

/// <summary>The errors of a model on rows or sequences that it was not trained on.</summary>
public sealed class ValidationScoreTests
{
    /// <summary>The scores of sequences: sums over the texts, whatever their lengths and mini-batches.</summary>
    [Fact]
    public void Scores_of_sequences_are_those_of_each_alone()
    {
        var network = new NeuralNetwork<float>(
            1,
            [new Embedding<float>(5, 4), new Gru<float>(6), new SequencePooling<float>(PoolingMode.Max), new FullyConnectedLayer<float>(3)],
            seed: 4);
        int[] lengths = [.. Enumerable.Range(0, 300).Select(i => 1 + (i * i % 37))];
        int[] offsets = [0, .. lengths.Select((_, i) => lengths[..(i + 1)].Sum())];
        int[] ids = [.. Enumerable.Range(0, offsets[^1]).Select(i => i * 7 % 11 % 5)];
        double[] weights = [.. Enumerable.Range(0, 300).Select(i => (double)(i % 3))];
        var data = new Dataset<float>(ids, new(offsets), [.. Enumerable.Range(0, 300).Select(i => i % 3)]) { Weights = weights };
        var sum = default(ValidationScore);
        for (int i = 0; i < 300; i++)
        {
            sum += ValidationScore.Of(network, data.Select([i]));
        }

        ValidationScore all = ValidationScore.Of(network, data);
        Assert.Equal((sum.Rows, sum.Correct), (all.Rows, all.Correct));
        Assert.Equal(sum.Loss, all.Loss, 1e-9);
        Assert.Equal(300, all.Rows);
        Assert.InRange(all.Loss, 1, 600);
    }
}
