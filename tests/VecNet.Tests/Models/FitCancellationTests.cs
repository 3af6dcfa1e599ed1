namespace VecNet.Tests;

public sealed class FitCancellationTests
{
    private static readonly FitOptions Selecting = new() { ValidationShare = 0.3, Epochs = 30, Seed = 3 };

    /// <summary>Without validation rows the network is that of the last step: after whole epochs, that of as many epochs.</summary>
    [Fact]
    public void Without_validation_the_network_so_far_is_the_result()
    {
        Classifier<int> canceled = Cancel(step: 1, epoch: 4, new() { Epochs = 20 });

        Assert.True(canceled.Report!.WasCanceled);
        Assert.Equal(4, canceled.Report.History.Count);
        Assert.Empty(canceled.Report.SelectionHistory);
        Assert.True(Right(canceled) > 100);
    }

    /// <summary>The loss of the network on the rows held out is the lowest of the epochs; so it is not that of the last.</summary>
    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 1)]
    public void With_validation_the_best_epoch_is_the_result(int step, int epoch)
    {
        Classifier<int> canceled = Cancel(step, epoch, Selecting);

        FitReport report = canceled.Report!;
        Assert.True(report.WasCanceled);
        Assert.Equal(step == 1 ? epoch : 30, report.SelectionHistory.Count);
        Assert.Equal(step == 1 ? 0 : epoch, report.History.Count);
        RowSplit split = RowSplit.Stratified(
            [.. Enumerable.Range(0, Flowers.Numbers.Length)], Flowers.Numbers, 0.3, SplitMix64.ForStream(3, 3));
        double loss = -split.Test.Average(row => Math.Log(canceled.Predict(Flowers.Features[row])[Flowers.Numbers[row]]));
        Assert.Equal(report.SelectionHistory.Min(one => one.ValidationLoss)!.Value, loss, 1e-4);
    }

    [Fact]
    public void Without_an_epoch_there_is_no_result()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => Classifier.Fit(Flowers.Features, Flowers.Numbers, cancellationToken: source.Token));
        Assert.Throws<OperationCanceledException>(
            () => Regressor.Fit(Flowers.Features, Flowers.Numbers, Selecting, cancellationToken: source.Token));
    }

    private static Classifier<int> Cancel(int step, int epoch, FitOptions options)
    {
        using var source = new CancellationTokenSource();
        return Classifier.Fit(
            Flowers.Features,
            Flowers.Numbers,
            options,
            new Reports<FitProgress>(progress =>
            {
                if ((progress.Step, progress.Epoch.Epoch) == (step, epoch))
                {
                    source.Cancel();
                }
            }),
            source.Token);
    }

    private static int Right(Classifier<int> model) =>
        model.Predict(Flowers.Features).Zip(Flowers.Numbers).Count(pair => pair.First.Label == pair.Second);
}
