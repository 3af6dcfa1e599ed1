using System.CommandLine;

namespace VecNet.Cli.GradientChecks;

/// <summary>Checks the gradients of the library, and of a model, on this machine.</summary>
internal static class GradientCheckCommand
{
    /// <summary>Everything in the library that has a backward pass.</summary>
    internal static IReadOnlyList<GradientCheckSubject> Library { get; } =
        [.. FunctionSubjects.All, .. LossSubjects.All, .. LayerSubjects.All];

    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "gradcheck",
            "Checks the gradients of all functions, losses and layers, and of a model, against finite differences; takes seconds.");
        var model = new Argument<string?>("MODEL")
        {
            Description = "A model that vecnet saved, to check its network, too.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "The random seed of the points at which gradients are checked.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<ulong>(0),
            DefaultValueFactory = _ => 0,
        };
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(model);
        command.Add(seed);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            [.. Library, .. parsed.GetValue(model) is { } path ? new[] { ModelSubject.Of(path) } : []],
            parsed.GetValue(seed),
            parsed.GetValue(json)));
        return command;
    }

    /// <summary>Checks gradients and writes the results.</summary>
    /// <returns>0 if all checks have passed.</returns>
    internal static int Run(CommandContext context, IReadOnlyList<GradientCheckSubject> subjects, ulong seed, bool json)
    {
        GradientCheckSummary[] summaries = [.. subjects.Select(subject => subject.CheckAll(seed, context.CancellationToken))];
        int failed = summaries.Count(summary => !summary.Passed);
        if (json)
        {
            context.Output.WriteLine(Json(summaries, seed, failed));
        }
        else
        {
            Write(context.Output, summaries, failed);
        }

        return failed == 0 ? 0 : Tool.Failed;
    }

    private static void Write(TextWriter output, GradientCheckSummary[] summaries, int failed)
    {
        int width = summaries.Max(summary => summary.Subject.Name.Length);
        output.WriteLine($"kind      {"name".PadRight(width)}  cases  derivatives  max error / tolerance  result");
        foreach (GradientCheckSummary summary in summaries)
        {
            GradientCheckSubject subject = summary.Subject;
            output.WriteLine(
                $"{subject.Kind,-8}  {subject.Name.PadRight(width)}  {subject.Cases,5}  {summary.Elements,11:N0}  "
                + $"{summary.WorstErrorRatio,21:F6}  {summary.Result}");
        }

        output.WriteLine();
        foreach (GradientCheckSummary summary in summaries.Where(summary => !summary.Passed))
        {
            GradientElement worst = summary.Worst;
            output.WriteLine(
                $"{summary.Subject.Kind} {summary.Subject.Name}: {worst.Tensor}[{worst.Row}, {worst.Column}] is {worst.Analytic:G9} in the "
                + $"backward pass, but {worst.Numerical:G9} by finite differences");
        }

        output.WriteLine(
            failed == 0 ? $"All {summaries.Length} gradient checks passed." : $"{failed} of {summaries.Length} gradient checks FAILED.");
        output.WriteLine(
            $"The tolerance is {GradientCheckOptions.Strict.ScaleTolerance:G2} times the largest derivative of the tensor, or the value of "
            + "the function if it is larger.");
        output.WriteLine("The finite differences are computed from four points in double precision.");
    }

    private static string Json(GradientCheckSummary[] summaries, ulong seed, int failed) => JsonLine.Of(json =>
    {
        json.WriteBoolean("passed", failed == 0);
        json.WriteNumber("seed", seed);
        json.WriteStartArray("checks");
        foreach (GradientCheckSummary summary in summaries)
        {
            json.WriteStartObject();
            json.WriteString("kind", summary.Subject.Kind);
            json.WriteString("name", summary.Subject.Name);
            json.WriteNumber("cases", summary.Subject.Cases);
            json.WriteNumber("derivatives", summary.Elements);
            json.WriteFinite("worstErrorRatio", summary.WorstErrorRatio);
            json.WriteBoolean("passed", summary.Passed);
            json.WriteString("result", summary.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
