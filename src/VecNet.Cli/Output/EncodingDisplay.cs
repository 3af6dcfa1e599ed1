using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Encodes texts, and shows the progress in a terminal.</summary>
internal sealed class EncodingDisplay(CommandContext context, Verbosity verbosity)
{
    private const int WidestBar = 50;

    /// <summary>The columns beside the bar.</summary>
    private const int BesideBar = 45;

    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The number of texts that have been encoded.</summary>
    internal int Texts { get; private set; }

    /// <summary>The number of their tokens.</summary>
    internal long Tokens { get; private set; }

    /// <summary>The number of texts that are longer than the encoder reads.</summary>
    internal int Truncated { get; private set; }

    /// <summary>The time for encoding.</summary>
    internal TimeSpan Time { get; private set; }

    private double Seconds => Math.Max(Time.TotalSeconds, 1e-9);

    /// <summary>The number, the time and the speed, in one line.</summary>
    internal string Summary =>
        $"{Counted.Of(Texts, "text")}, {Counted.Of(Tokens, "token")}: {Time.TotalSeconds:F1} s, {Texts / Seconds:N0} texts/s, "
        + $"{Tokens / Seconds:N0} tokens/s";

    /// <summary>Encodes texts on all threads.</summary>
    /// <exception cref="OperationCanceledException">The command was canceled.</exception>
    internal TensorBuffer<float> Encode(SentenceEncoder encoder, IReadOnlyList<string> texts)
    {
        long begin = Stopwatch.GetTimestamp();
        TensorBuffer<float> vectors = null!;
        if (context.IsLive && verbosity == Verbosity.Full)
        {
            // The bar is removed at the end, since a line with the speed follows.
            context.Console.Live(Picture(texts.Count)).AutoClear(true).Start(live =>
            {
                long drawn = 0;
                vectors = Encode(encoder, texts, done =>
                {
                    Count(done, begin);
                    if (Stopwatch.GetElapsedTime(drawn) > RedrawInterval)
                    {
                        live.UpdateTarget(Picture(texts.Count));
                        drawn = Stopwatch.GetTimestamp();
                    }
                });
            });
        }
        else
        {
            vectors = Encode(encoder, texts, done => Count(done, begin));
        }

        Time = Stopwatch.GetElapsedTime(begin);
        if (Truncated > 0)
        {
            context.WriteWarnings(
                $"{Truncated:N0} of {Counted.Of(Texts, "text")} {(Truncated == 1 ? "has" : "have")} more than the {encoder.MaxTokens:N0} "
                + "tokens that the encoder reads; what follows them is ignored.");
        }

        return vectors;
    }

    /// <summary>Writes the numbers and the speed as members of a JSON object.</summary>
    internal void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("texts", Texts);
        json.WriteNumber("tokens", Tokens);
        json.WriteNumber("truncated", Truncated);
        json.WriteNumber("seconds", Math.Round(Time.TotalSeconds, 3));
        json.WriteNumber("textsPerSecond", Math.Round(Texts / Seconds));
        json.WriteNumber("tokensPerSecond", Math.Round(Tokens / Seconds));
    }

    private TensorBuffer<float> Encode(SentenceEncoder encoder, IReadOnlyList<string> texts, Action<EncodingProgress> progress) =>
        encoder.Encode(texts, new EncodingOptions { Threads = Parallelism.MaxThreads, Progress = progress }, context.CancellationToken);

    private void Count(EncodingProgress done, long begin)
    {
        (Texts, Tokens, Truncated) = done;
        Time = Stopwatch.GetElapsedTime(begin);
    }

    private Markup Picture(int all)
    {
        int width = int.Clamp(context.Console.Profile.Width - BesideBar, 1, WidestBar);
        int filled = (int)((long)width * Texts / int.Max(all, 1));
        string bar = $"[green]{new string('━', filled)}[/][grey]{new string('╌', width - filled)}[/]";
        return new($"  {bar} {Texts:N0} of {all:N0} texts, {Tokens / Seconds:N0} tokens/s");
    }
}
