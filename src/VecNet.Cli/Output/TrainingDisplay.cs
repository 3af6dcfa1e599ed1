using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace VecNet.Cli;

/// <summary>Shows the progress of training: a live display in a terminal, a table of some epochs elsewhere, or nothing.</summary>
internal sealed class TrainingDisplay(CommandContext context, Verbosity verbosity)
{
    private const int WidestBar = 50;

    /// <summary>The columns beside the bar, for the number of the epoch.</summary>
    private const int BesideBar = 30;
    private const int PlainLines = 10;
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(50);

    private int BarWidth => int.Clamp(context.Console.Profile.Width - BesideBar, 1, WidestBar);

    /// <summary>Shows the score of a candidate when all its trainings are finished.</summary>
    internal void ShowSearch(SearchProgress progress, bool hasClasses)
    {
        if (verbosity != Verbosity.Full)
        {
            return;
        }

        if (progress.Finished == 1)
        {
            context.Output.WriteLine($"Choosing a model: {progress.Total} trainings");
        }

        if (progress.Score is { } score)
        {
            (double value, double error) = RecipeSummary.ScoreOf(score, hasClasses);
            string metric = hasClasses ? $"accuracy {MetricFormat.Percent(value)} ± {100 * error:F2} %" : $"R² {value:F4} ± {error:F4}";
            context.Output.WriteLine($"  {metric}  {progress.Candidate.Name}");
        }

        if (progress.Finished == progress.Total)
        {
            context.Output.WriteLine();
        }
    }

    /// <summary>Runs a training, and collects and shows its progress.</summary>
    internal void Show(string title, List<TrainingProgress> history, Action<IProgress<TrainingProgress>> train)
    {
        if (verbosity != Verbosity.Full)
        {
            train(new SynchronousProgress(history.Add));
            return;
        }

        if (!context.IsLive)
        {
            ShowTable(title, history, train);
            return;
        }

        context.Console.Live(Picture(title, history)).Start(live =>
        {
            long drawn = 0;
            train(new SynchronousProgress(progress =>
            {
                history.Add(progress);
                if (Stopwatch.GetElapsedTime(drawn) > RedrawInterval)
                {
                    live.UpdateTarget(Picture(title, history));
                    drawn = Stopwatch.GetTimestamp();
                }
            }));
            live.UpdateTarget(Picture(title, history));
        });
    }

    private void ShowTable(string title, List<TrainingProgress> history, Action<IProgress<TrainingProgress>> train)
    {
        context.Output.WriteLine($"{title}\n   epoch      loss     train  validation   samples/s   left");
        train(new SynchronousProgress(progress =>
        {
            history.Add(progress);
            long lines = (long)progress.Epoch * PlainLines / progress.Epochs;
            if (progress.Epoch == 1 || lines != (progress.Epoch - 1L) * PlainLines / progress.Epochs)
            {
                string training = MetricFormat.Percent(progress.TrainingAccuracy);
                string validation = MetricFormat.Percent(progress.ValidationAccuracy);
                context.Output.WriteLine(
                    $"{progress.Epoch,8} {progress.TrainingLoss,9:F4} {training,9} {validation,11} {progress.SamplesPerSecond,11:N0} "
                    + $"{progress.Remaining.TotalSeconds,4:F0} s");
            }
        }));
        context.Output.WriteLine();
    }

    private Rows Picture(string title, List<TrainingProgress> history)
    {
        var none = new TrainingProgress { Epochs = 1, TrainingLoss = double.NaN };
        TrainingProgress now = history.Count > 0 ? history[^1] : none;

        // The characters of the bar differ, too, for terminals without colors.
        int filled = (int)((long)BarWidth * now.Epoch / now.Epochs);
        string bar = $"[green]{new string('━', filled)}[/][grey]{new string('╌', BarWidth - filled)}[/]";
        string training = MetricFormat.Percent(now.TrainingAccuracy);
        string validation = now.ValidationAccuracy is null
            ? ""
            : $"   validation [green]{MetricFormat.Percent(now.ValidationAccuracy)}[/]";
        IRenderable[] lines =
        [
            new Markup($"[bold]{Markup.Escape(title)}[/]"),
            new Markup($"  {bar} epoch {now.Epoch} of {now.Epochs}"),
            new Markup($"  loss [green]{now.TrainingLoss:F4}[/]   train [green]{training}[/]{validation}"),
            new Markup($"  {now.SamplesPerSecond:N0} samples/s   {now.Elapsed.TotalSeconds:F1} s, {now.Remaining.TotalSeconds:F1} s left"),
            new Markup($"  [blue]{Sparkline([.. history.Select(progress => progress.TrainingLoss)])}[/] [grey]loss, logarithmic[/]"),
            Spectre.Console.Text.Empty,
        ];
        return new Rows(lines);
    }

    /// <summary>The logarithms of the losses as a line of characters of eight heights.</summary>
    private string Sparkline(double[] losses)
    {
        if (losses.Length == 0)
        {
            return "";
        }

        int width = int.Min(BarWidth, losses.Length);
        double[] columns = [.. Enumerable.Range(0, width)
            .Select(column => Math.Log(Math.Max(1e-9, losses[(int)((long)column * losses.Length / width)])))];
        double low = columns.Min();
        double range = Math.Max(columns.Max() - low, 1e-9);
        return string.Concat(columns.Select(
            value => "▁▂▃▄▅▆▇█"[double.IsNaN(value) ? 0 : int.Clamp((int)(8 * (value - low) / range), 0, 7)]));
    }

    /// <summary>Calls its action immediately and on the same thread, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class SynchronousProgress(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
