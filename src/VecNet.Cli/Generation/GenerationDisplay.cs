using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace VecNet.Cli.Generation;

/// <summary>
/// Shows the progress of the training of a language model, with a sample after each epoch: live in a terminal, line by line elsewhere, or
/// not at all.
/// </summary>
internal sealed class GenerationDisplay(
    CommandContext context, Verbosity verbosity, LanguageModelOptions options, Func<string> sample)
{
    /// <summary>The characters of a sample that are shown in one line.</summary>
    private const int LineOfSample = 90;

    private const int LinesOfSample = 8;
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Writes what is trained on what.</summary>
    internal void Describe(
        string name, int characters, int tokens, Tokenizer tokenizer, TrainingFingerprint fingerprint, LanguageModelTraining training)
    {
        if (verbosity != Verbosity.Full)
        {
            return;
        }

        string kind = tokenizer is BytePairTokenizer ? "different byte-pair token" : "different character";
        context.Output.WriteLine($"""
            Text      {name}
                      {Counted.Of(characters, "character")}, {Counted.Of(tokens, "token")}, {Counted.Of(tokenizer.VocabularySize, kind)}
                      {Counted.Of(training.Tokens.Training, "token")} for training, {training.Tokens.Validation:N0} for validation
            Network   {fingerprint.Network}: {Counted.Of(training.Network.ParameterCount, "parameter")}
            Training  {fingerprint.Training}

            """);
    }

    /// <summary>Runs the training, and shows its progress.</summary>
    internal void Show(LanguageModelTraining training, bool isResumed, CancellationToken cancellationToken)
    {
        string title = isResumed ? $"Training, resumed in epoch {training.History.Count + 1}" : "Training";
        if (verbosity != Verbosity.Full)
        {
            training.Train(null, cancellationToken);
        }
        else if (!context.IsLive)
        {
            ShowLines(title, training, cancellationToken);
        }
        else
        {
            ShowLive(title, training, cancellationToken);
        }
    }

    private void ShowLines(string title, LanguageModelTraining training, CancellationToken cancellationToken)
    {
        context.Output.WriteLine($"{title}\n   epoch      loss  validation    tokens/s   left   sample");
        training.Train(
            new Reports(progress => context.Output.WriteLine(
                $"{progress.Epoch,8} {progress.TrainingLoss,9:F4} {progress.ValidationLoss,11:F4} "
                + $"{progress.SamplesPerSecond * options.Context,11:N0} {progress.Remaining.TotalSeconds,4:F0} s   {LineOf(sample())}")),
            cancellationToken);
        context.Output.WriteLine();
    }

    private void ShowLive(string title, LanguageModelTraining training, CancellationToken cancellationToken)
    {
        string latest = "";
        TrainingStep step = default;
        context.Console.Live(Picture()).Start(live =>
        {
            long drawn = 0;
            training.StepFinished = finished =>
            {
                step = finished;
                if (Stopwatch.GetElapsedTime(drawn) > RedrawInterval)
                {
                    live.UpdateTarget(Picture());
                    drawn = Stopwatch.GetTimestamp();
                }
            };
            training.Train(
                new Reports(_ =>
                {
                    latest = sample();
                    live.UpdateTarget(Picture());
                }),
                cancellationToken);
            live.UpdateTarget(Picture());
        });

        Rows Picture()
        {
            int width = int.Clamp(context.Console.Profile.Width - 30, 1, 50);
            long all = (long)options.Epochs * options.StepsOfEpoch;
            TrainingProgress? now = training.History.Count > 0 ? training.History[^1] : null;
            int done = step.Step > 0 ? step.Step : (now?.Epoch ?? 0) * options.StepsOfEpoch;
            int filled = (int)((long)width * done / all);
            string bar = $"[green]{new string('━', filled)}[/][grey]{new string('╌', width - filled)}[/]";
            string validation = now?.ValidationLoss is { } loss ? $"   validation [green]{loss:F4}[/]" : "";
            string speed = now is { } known
                ? $"{known.SamplesPerSecond * options.Context:N0} tokens/s   {known.Elapsed.TotalSeconds:F1} s, "
                    + $"{known.Remaining.TotalSeconds:F1} s left"
                : "";
            IRenderable[] lines =
            [
                new Markup($"[bold]{Markup.Escape(title)}[/]"),
                new Markup($"  {bar} step {done:N0} of {all:N0}"),
                new Markup($"  loss [green]{(step.Step > 0 ? step.Loss : now?.TrainingLoss ?? double.NaN):F4}[/]{validation}"),
                new Markup($"  {speed}"),
                Spectre.Console.Text.Empty,
                .. latest.Split('\n').Take(LinesOfSample)
                    .Select(line => new Spectre.Console.Text($"  {Printable(line)}", new Style(Color.Grey)) { Overflow = Overflow.Crop }),
                Spectre.Console.Text.Empty,
            ];
            return new Rows(lines);
        }
    }

    private static string LineOf(string text)
    {
        string line = Printable(text.Trim().ReplaceLineEndings("⏎"));
        int end = char.IsHighSurrogate(line.ElementAtOrDefault(LineOfSample - 1)) ? LineOfSample - 1 : LineOfSample;
        return line.Length <= LineOfSample ? line : $"{line[..end]}…";
    }

    /// <summary>The text without control characters, which could confuse a terminal, except for ends of lines and tabs.</summary>
    internal static string Printable(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) && character is not ('\n' or '\t') ? '\uFFFD' : character));

    /// <summary>Calls its action immediately and on the same thread, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Reports(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
