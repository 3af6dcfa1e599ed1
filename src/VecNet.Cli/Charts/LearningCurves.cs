namespace VecNet.Cli.Charts;

/// <summary>The loss of every epoch and, if there are classes, the accuracy below it.</summary>
internal sealed class LearningCurves(TrainingRun run) : IChart
{
    private const int Left = 95;
    private const int Top = 80;
    private const int PanelWidth = 775;
    private const int PanelHeight = 300;
    private const int Between = 30;
    private const int Bottom = 60;

    /// <summary>The smallest loss that is drawn, since 0 has no logarithm.</summary>
    private const double LeastLoss = 1e-9;

    public (int Width, int Height) Size => (Left + PanelWidth + 30, Top + (Panels * PanelHeight) + ((Panels - 1) * Between) + Bottom);

    private int Panels => run.HasClasses ? 2 : 1;

    public void Draw(ICanvas canvas)
    {
        Curve[] losses = [.. Curves(
            epoch => Math.Max(epoch.TrainingLoss, LeastLoss),
            epoch => epoch.ValidationLoss is { } loss ? Math.Max(loss, LeastLoss) : null)];
        Curve[] accuracies = [.. Curves(epoch => 100 * epoch.TrainingAccuracy, epoch => 100 * epoch.ValidationAccuracy)];
        canvas.Text(Left + (PanelWidth / 2), 26, run.HasClasses ? "Loss and accuracy by epoch" : "Loss by epoch", new(20, IsBold: true));
        DrawLegend(canvas, losses);
        double lastEpoch = Math.Max(
            run.SelectionHistory.Count > 0 ? run.SelectionHistory[^1].Epoch : 1, run.History.Count > 0 ? run.History[^1].Epoch : 1);
        var epochs = Axis.Linear(
            lastEpoch > 1 ? 0 : 0.5, lastEpoch > 1 ? lastEpoch : 1.5, epoch => $"{epoch:F0}", isTight: true, leastStep: 1);

        double[] all = [.. losses.SelectMany(curve => curve.Points).Select(point => point.Y).DefaultIfEmpty(1)];
        var loss = new Panel(canvas, Left, Top, PanelWidth, PanelHeight, epochs, Axis.Logarithmic(all.Min(), all.Max()));
        loss.DrawAxes(run.HasClasses ? null : "epoch", run.HasClasses ? "mean cross-entropy" : "mean squared error / 2, standardized");
        DrawCurves(loss, losses);
        if (run.HasClasses)
        {
            double least = accuracies.SelectMany(curve => curve.Points).Select(point => point.Y).DefaultIfEmpty(0).Min();
            var accuracy = new Panel(
                canvas,
                Left,
                Top + PanelHeight + Between,
                PanelWidth,
                PanelHeight,
                epochs,
                Axis.Linear(Math.Min(least, 99), 100, share => $"{share:G4} %"));
            accuracy.DrawAxes("epoch", "accuracy");
            DrawCurves(accuracy, accuracies);
        }
    }

    private static void DrawCurves(Panel panel, Curve[] curves)
    {
        foreach (Curve curve in curves)
        {
            panel.DrawCurve(curve.Points, curve.Color);
        }
    }

    private static void DrawLegend(ICanvas canvas, Curve[] curves)
    {
        double x = Left;
        foreach (Curve curve in curves)
        {
            canvas.Lines([(x, 56), (x + 28, 56)], curve.Color, 3);
            canvas.Text(x + 36, 56, curve.Name, new(15, Anchor: Anchor.Start));
            x += 36 + (9.2 * curve.Name.Length) + 24;
        }
    }

    private IEnumerable<Curve> Curves(Func<TrainingProgress, double?> training, Func<TrainingProgress, double?> validation)
    {
        if (run.SelectionHistory.Count > 0)
        {
            yield return Of("step 1: training", "#7fb3d9", run.SelectionHistory, training);
            yield return Of("step 1: validation", "#e6762b", run.SelectionHistory, validation);
        }

        yield return Of(run.SelectionHistory.Count > 0 ? "step 2: all training rows" : "training", "#0b4a8f", run.History, training);
        if (run.SelectionHistory.Count == 0 && run.History.Any(epoch => epoch.ValidationLoss is not null))
        {
            yield return Of("validation", "#e6762b", run.History, validation);
        }
    }

    private static Curve Of(string name, string color, IReadOnlyList<TrainingProgress> epochs, Func<TrainingProgress, double?> figure) =>
        new(
            name, color,
            [.. epochs.Select(epoch => ((double)epoch.Epoch, figure(epoch) ?? double.NaN)).Where(point => double.IsFinite(point.Item2))]);

    private sealed record Curve(string Name, string Color, IReadOnlyList<(double X, double Y)> Points);
}
