using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace VecNet.Cli;

/// <summary>Shows training as it goes: a picture that moves on a terminal, else some lines, or nothing.</summary>
internal sealed class TrainingDisplay(Session session, Verbosity verbosity)
{
    private const int WidestBar = 50;

    /// <summary>The columns beside the bar, for the number of the epoch.</summary>
    private const int BesideBar = 30;
    private const int PlainLines = 10;
    private static readonly TimeSpan RedrawAfter = TimeSpan.FromMilliseconds(50);

    private int BarWidth => int.Clamp(session.Console.Profile.Width - BesideBar, 1, WidestBar);

    /// <summary>Does the work, collecting and showing its reports.</summary>
    internal void Show(string title, List<TrainingProgress> curve, Action<IProgress<TrainingProgress>> work)
    {
        if (verbosity != Verbosity.Full)
        {
            work(new Reports(curve.Add));
            return;
        }

        if (!session.IsLive)
        {
            session.Output.WriteLine($"{title}\n   epoch      loss     train  validation   samples/s   left");
            work(new Reports(report =>
            {
                curve.Add(report);
                if (report.Epoch == 1 || (long)report.Epoch * PlainLines / report.Epochs != (report.Epoch - 1L) * PlainLines / report.Epochs)
                {
                    session.Output.WriteLine(Line(report));
                }
            }));
            session.Output.WriteLine();
            return;
        }

        session.Console.Live(Picture(title, curve)).Start(context =>
        {
            long drawn = 0;
            work(new Reports(report =>
            {
                curve.Add(report);
                if (Stopwatch.GetElapsedTime(drawn) > RedrawAfter)
                {
                    context.UpdateTarget(Picture(title, curve));
                    drawn = Stopwatch.GetTimestamp();
                }
            }));
            context.UpdateTarget(Picture(title, curve));
        });
    }

    private static string Line(TrainingProgress report) =>
        $"{report.Epoch,8} {report.TrainingLoss,9:F4} {Figures.Percent(report.TrainingAccuracy),9} {Figures.Percent(report.ValidationAccuracy),11} {report.SamplesPerSecond,11:N0} {report.Remaining.TotalSeconds,4:F0} s";

    private Rows Picture(string title, List<TrainingProgress> curve)
    {
        TrainingProgress now = curve.Count > 0 ? curve[^1] : new TrainingProgress { Epochs = 1, TrainingLoss = double.NaN, TrainingAccuracy = double.NaN, ValidationAccuracy = double.NaN };
        // Without colours, too, what is done differs from what is not.
        int filled = (int)((long)BarWidth * now.Epoch / now.Epochs);
        string validation = double.IsNaN(now.ValidationAccuracy) ? "" : $"   validation [green]{Figures.Percent(now.ValidationAccuracy)}[/]";
        IRenderable[] lines =
        [
            new Markup($"[bold]{Markup.Escape(title)}[/]"),
            new Markup($"  [green]{new string('━', filled)}[/][grey]{new string('╌', BarWidth - filled)}[/] epoch {now.Epoch} of {now.Epochs}"),
            new Markup($"  loss [green]{now.TrainingLoss:F4}[/]   train [green]{Figures.Percent(now.TrainingAccuracy)}[/]{validation}"),
            new Markup($"  {now.SamplesPerSecond:N0} samples/s   {now.Elapsed.TotalSeconds:F1} s, {now.Remaining.TotalSeconds:F1} s left"),
            new Markup($"  [blue]{Sparkline([.. curve.Select(report => report.TrainingLoss)])}[/] [grey]loss, logarithmic[/]"),
            Text.Empty,
        ];
        return new Rows(lines);
    }

    /// <summary>A curve of one line: the logarithm, in eight heights.</summary>
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
        return string.Concat(columns.Select(value => "▁▂▃▄▅▆▇█"[double.IsNaN(value) ? 0 : int.Clamp((int)(8 * (value - low) / range), 0, 7)]));
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, calls at once and on the same thread.</summary>
    private sealed class Reports(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}

/// <summary>Numbers as they are shown.</summary>
internal static class Figures
{
    /// <summary>E.g. 98.4 %, or – for what is not known.</summary>
    internal static string Percent(double share) => double.IsNaN(share) ? "–" : $"{100 * share:F1} %";

    /// <summary>E.g. 0.9840, or – for what has no value: R² of equal numbers, F1 of a class that neither occurs nor is predicted.</summary>
    internal static string Ratio(double value) => double.IsNaN(value) ? "–" : $"{value:F4}";
}
