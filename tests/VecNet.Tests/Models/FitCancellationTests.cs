namespace VecNet.Tests;

public sealed class FitCancellationTests
{
    private static readonly FitOptions One = new() { HiddenSizes = [16], ValidationShare = 0, Epochs = 20, Seed = 3 };

    /// <summary>Without a search the network is that of the last step: after whole epochs, that of as many epochs.</summary>
    [Fact]
    public void Without_a_search_the_network_so_far_is_the_result()
    {
        Classifier<int> canceled = Cancel(progress => progress.Epoch.Epoch == 12, One);

        Assert.True(canceled.Report!.WasCanceled);
        Assert.Equal(12, canceled.Report.History.Count);
        Assert.Empty(canceled.Report.SelectionHistory);
        Assert.True(Right(canceled) > 100);
        AssertAveraged(1, canceled.Report);
    }

    /// <summary>In the search, it is the average of the networks of the best candidate that all folds have been trained for.</summary>
    [Fact]
    public void In_the_search_the_best_candidate_so_far_is_the_result()
    {
        Classifier<int> canceled = Cancel(progress => progress.Step == 47, new());

        FitReport report = canceled.Report!;
        Assert.True(report.WasCanceled);
        Assert.Empty(report.History);
        Assert.Equal(3, report.Candidates.Count(candidate => candidate.Score is not null));
        FitCandidate best = report.Candidates.Where(candidate => candidate.Loss is not null).MinBy(candidate => candidate.Loss)!;
        Assert.True(best.IsChosen);
        Assert.True(Right(canceled) > 140, $"{Right(canceled)}");
        int[] widths = best.Description.StartsWith("a linear", StringComparison.Ordinal) ? [] : [15 * 128];
        Assert.Equal(widths, report.HiddenSizes);
        AssertAveraged(0, report);
    }

    /// <summary>Before a candidate has been trained for all folds, one network of a fold is better than none.</summary>
    [Fact]
    public void After_one_training_its_network_is_the_result()
    {
        Classifier<int> canceled = Cancel(progress => progress.Step == 1, new());
        Assert.True(canceled.Report!.WasCanceled);
        Assert.True(Right(canceled) > 120, $"{Right(canceled)}");
    }

    /// <summary>In the final training, the networks of the search are better than the first epochs of the next one.</summary>
    [Fact]
    public void In_the_final_training_the_networks_of_the_search_are_the_result()
    {
        Classifier<int> canceled = Cancel(progress => progress.Step == progress.Steps && progress.Epoch.Epoch == 2, new());
        Assert.True(canceled.Report!.WasCanceled);
        Assert.Equal(2, canceled.Report.History.Count);
        Assert.True(Right(canceled) > 140, $"{Right(canceled)}");
        AssertAveraged(0, canceled.Report);
    }

    /// <summary>The last epoch of the first of eight networks is reported before the second begins.</summary>
    [Fact]
    public void A_canceled_average_is_of_the_networks_that_are_finished()
    {
        FitOptions average = new() { ValidationShare = 0, Epochs = 20 };
        Assert.Equal(8, Classifier.Fit(Flowers.Features, Flowers.Numbers, average, cancellationToken: Token).Report!.Trainings);
        Classifier<int> canceled = Cancel(progress => progress.Epoch.Epoch == 20, average);
        AssertAveraged(1, canceled.Report!);
        Assert.Equal([128], canceled.Report!.HiddenSizes);
    }

    [Fact]
    public void Without_a_training_there_is_no_result()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => Classifier.Fit(Flowers.Features, Flowers.Numbers, cancellationToken: source.Token));
        Assert.Throws<OperationCanceledException>(
            () => Regressor.Fit(Flowers.Features, Flowers.Numbers, One, cancellationToken: source.Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Classifier<int> Cancel(Func<FitProgress, bool> when, FitOptions options)
    {
        using var source = new CancellationTokenSource();
        return Classifier.Fit(
            Flowers.Features,
            Flowers.Numbers,
            options,
            new Reports<FitProgress>(progress =>
            {
                if (when(progress))
                {
                    source.Cancel();
                }
            }),
            source.Token);
    }

    private static void AssertAveraged(int trainings, FitReport report)
    {
        Assert.Equal(trainings, report.Trainings);
        Assert.DoesNotContain("average of", report.Summary, StringComparison.Ordinal);
    }

    private static int Right(Classifier<int> model) =>
        model.Predict(Flowers.Features).Zip(Flowers.Numbers).Count(pair => pair.First.Label == pair.Second);
}
