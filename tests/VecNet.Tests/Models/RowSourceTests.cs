using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>Rows that are sequences, objects or asynchronous sequences: the model is the one of the same arrays.</summary>
public sealed class RowSourceTests
{
    private static readonly FitOptions Short = new() { Epochs = 5, Seed = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Flower[] Objects => [.. Flowers.Features.Zip(Flowers.Kinds, (row, kind) => new Flower(row[2], row[3], kind, row[0]))];

    private static float[][] Petals => [.. Flowers.Features.Select(row => new[] { row[2], row[3] })];

    [Fact]
    public async Task Every_source_trains_the_same_classifier()
    {
        string expected = Classifier.Fit(Petals, Flowers.Kinds, Short, cancellationToken: Token).Model.GetParametersHash();
        int enumerated = 0;
        Classifier<Flowers.Species>[] models =
        [
            Classifier.Fit(Petals.Where(_ => true), Flowers.Kinds.Select(kind => kind), Short, cancellationToken: Token),
            Classifier.Fit(Once(() => enumerated++), one => [one.Length, one.Width], one => one.Kind, Short, cancellationToken: Token),
            await Classifier.FitAsync(Slowly(), one => [one.Length, one.Width], one => one.Kind, Short, cancellationToken: Token),
        ];

        Assert.Equal(1, enumerated);
        Assert.All(models, model => Assert.Equal(expected, model.Model.GetParametersHash()));
        Assert.Equal(3, models[1].Predict(Petals.Where((_, row) => row % 50 == 0)).Select(one => one.Label).Distinct().Count());
    }

    [Fact]
    public async Task Every_source_trains_the_same_regressor()
    {
        string expected = Regressor.Fit(Petals, Objects.Select(one => one.Sepal).ToArray(), Short, cancellationToken: Token)
            .Model.GetParametersHash();
        Regressor[] models =
        [
            Regressor.Fit(Petals.Where(_ => true), Objects.Select(one => one.Sepal), Short, cancellationToken: Token),
            Regressor.Fit(Objects, one => [one.Length, one.Width], one => one.Sepal, Short, cancellationToken: Token),
            await Regressor.FitAsync(Slowly(), one => [one.Length, one.Width], one => one.Sepal, Short, cancellationToken: Token),
        ];

        Assert.All(models, model => Assert.Equal(expected, model.Model.GetParametersHash()));
        Assert.Equal(2, models[0].Predict(Petals.Take(2)).Length);
    }

    /// <summary>A sequence may fill one array, or change one object, for each of its rows.</summary>
    [Fact]
    public async Task Rows_are_copied_as_they_come()
    {
        string expected = Classifier.Fit(Petals, Flowers.Names, Short, cancellationToken: Token).Model.GetParametersHash();
        Classifier<string>[] models =
        [
            Classifier.Fit(Reused().Select(one => one.Features), Flowers.Names, Short, cancellationToken: Token),
            Classifier.Fit(Reused(), one => one.Features, one => one.Name, Short, cancellationToken: Token),
            await Classifier.FitAsync(
                Reused().ToAsyncEnumerable(), one => one.Features, one => one.Name, Short, cancellationToken: Token),
        ];
        Assert.All(models, model => Assert.Equal(expected, model.Model.GetParametersHash()));
        Assert.Equal(
            models[0].Predict(Petals).Select(one => one.Label),
            models[0].Predict(Reused().Select(one => one.Features)).Select(one => one.Label));

        float[] values = [.. Flowers.Features.Select(row => row[0])];
        int next = 0;
        Regressor regressor = Regressor.Fit(
            Reused(), one => one.Features, _ => values[next++], Short, cancellationToken: Token);
        Assert.Equal(
            Regressor.Fit(Petals, values, Short, cancellationToken: Token).Model.GetParametersHash(), regressor.Model.GetParametersHash());
        Assert.Equal(regressor.Predict(Petals), regressor.Predict(Reused().Select(one => one.Features)));
    }

    [Fact]
    public async Task Cancellation_ends_the_reading()
    {
        using var source = new CancellationTokenSource();
        var read = new List<int>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Classifier.FitAsync(
            Canceled(source, read, Token), row => [row], row => row, cancellationToken: source.Token));
        Assert.Equal(10, read.Count);
        await Assert.ThrowsAsync<ArgumentNullException>(
            "rows",
            () => Classifier.FitAsync((IAsyncEnumerable<Flower>)null!, one => [one.Length], one => one.Kind, cancellationToken: Token));
    }

    [Fact]
    public void Wrong_rows_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            "features", () => Classifier.Fit(
                Objects, one => one.Kind == Flowers.Species.Setosa ? [1] : null!, one => one.Kind, cancellationToken: Token));
        Assert.StartsWith("Row 50 is null; row 0 has 1 features.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            "features", () => Classifier.Fit(Array.Empty<Flower>(), one => [one.Length], one => one.Kind, cancellationToken: Token));
        Assert.Throws<ArgumentException>(
            "labels", () => Classifier.Fit(Objects, one => [one.Length], _ => "same", cancellationToken: Token));
        Assert.Throws<ArgumentException>("values", () => Regressor.Fit(Objects, one => [one.Length], _ => 1, cancellationToken: Token));
    }

    private static IEnumerable<Reusable> Reused()
    {
        var one = new Reusable();
        for (int row = 0; row < Petals.Length; row++)
        {
            Petals[row].CopyTo(one.Features, 0);
            one.Name = Flowers.Names[row];
            yield return one;
        }
    }

    private static IEnumerable<Flower> Once(Action begun)
    {
        begun();
        foreach (Flower one in Objects)
        {
            yield return one;
        }
    }

    private static async IAsyncEnumerable<Flower> Slowly()
    {
        foreach (Flower one in Objects)
        {
            await Task.Yield();
            yield return one;
        }
    }

    /// <summary>Cancels before the tenth row, and notes the rows that are read until the token that it is given is canceled.</summary>
    private static async IAsyncEnumerable<int> Canceled(
        CancellationTokenSource source, List<int> read, [EnumeratorCancellation] CancellationToken token = default)
    {
        for (int row = 0; row < 100; row++)
        {
            token.ThrowIfCancellationRequested();
            read.Add(row);
            if (read.Count == 10)
            {
                await source.CancelAsync();
            }

            yield return row;
        }
    }

    private sealed class Reusable
    {
        public float[] Features { get; } = new float[2];

        public string Name { get; set; } = "";
    }

    private sealed record Flower(float Length, float Width, Flowers.Species Kind, float Sepal);
}
