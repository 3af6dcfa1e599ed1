using System.CommandLine;
using Spectre.Console;

namespace VecNet.Cli.Benchmark;

/// <summary>Measures the speed of the library on this machine.</summary>
internal static class BenchmarkCommand
{
    private const int DefaultSeconds = 20;
    private const int MostSeconds = 3600;

    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "benchmark",
            "Measures the multiply-add peak, matrix products and training steps of this machine, and prints them as Markdown.");
        var seconds = new Option<int>("--seconds")
        {
            Description = "The approximate duration in seconds. Longer measurements are steadier.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<int>(1),
            DefaultValueFactory = _ => DefaultSeconds,
        };
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int given) && given > MostSeconds)
            {
                result.AddError($"--seconds requires an integer of at most {MostSeconds}");
            }
        });
        command.Add(seconds);
        command.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, int seconds, bool json)
    {
        var duration = TimeSpan.FromSeconds(seconds);
        MachineBenchmark found = json || !context.IsLive
            ? MachineBenchmark.Run(duration, _ => { }, context.CancellationToken)
            : ShowProgress(context, progress => MachineBenchmark.Run(duration, progress, context.CancellationToken));
        context.Output.WriteLine(json ? BenchmarkReport.Json(found) : BenchmarkReport.Markdown(found));
        return 0;
    }

    private static MachineBenchmark ShowProgress(CommandContext context, Func<Action<double>, MachineBenchmark> run)
    {
        MachineBenchmark? found = null;
        context.Console.Progress().AutoClear(true).Start(live =>
        {
            ProgressTask task = live.AddTask("Measuring", maxValue: 1);
            found = run(done => task.Value = done);
        });
        return found!;
    }
}
