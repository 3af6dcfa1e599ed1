using System.CommandLine;
using Spectre.Console;

namespace VecNet.Cli.Benchmark;

/// <summary>Measures this machine, and prints the figures to be passed on.</summary>
internal static class BenchmarkCommand
{
    private const int DefaultSeconds = 20;
    private const int MostSeconds = 3600;

    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("benchmark", "Measures this machine within a minute: multiply-add peak, matrix products and training steps, as a block of Markdown.");
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long to measure, about. More rounds are steadier.",
            HelpName = "NUMBER",
            CustomParser = CommonOptions.WholeNumber<int>(1),
            DefaultValueFactory = _ => DefaultSeconds,
        };
        var json = new Option<bool>("--json") { Description = "The same as one JSON object in one line." };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int given) && given > MostSeconds)
            {
                result.AddError($"--seconds takes at most {MostSeconds}");
            }
        });
        command.Add(seconds);
        command.Add(json);
        command.SetAction(parsed => Run(session, parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, int seconds, bool json)
    {
        var duration = TimeSpan.FromSeconds(seconds);
        MachineBenchmark found = json || !session.IsLive
            ? MachineBenchmark.Run(duration, _ => { }, session.CancellationToken)
            : ShowProgress(session, progress => MachineBenchmark.Run(duration, progress, session.CancellationToken));
        session.Output.WriteLine(json ? BenchmarkReport.Json(found) : BenchmarkReport.Markdown(found));
        return 0;
    }

    private static MachineBenchmark ShowProgress(Session session, Func<Action<double>, MachineBenchmark> run)
    {
        MachineBenchmark? found = null;
        session.Console.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask("Measuring", maxValue: 1);
            found = run(done => task.Value = done);
        });
        return found!;
    }
}
