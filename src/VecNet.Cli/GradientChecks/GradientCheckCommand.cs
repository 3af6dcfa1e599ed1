using System.CommandLine;
using System.Globalization;

namespace VecNet.Cli.GradientChecks;

/// <summary>Proves the library's gradients, and a model's, on this machine.</summary>
internal static class GradientCheckCommand
{
    /// <summary>All that the library can differentiate.</summary>
    internal static IReadOnlyList<GradientSubject> Library { get; } = [.. FunctionSubjects.All, .. LossSubjects.All, .. LayerSubjects.All];

    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("gradcheck", "Compares the gradients of every function, loss and layer, and of a model, with numerical differences; takes seconds.");
        var model = new Argument<string?>("MODEL") { Description = "A model that vecnet has saved, to be checked as well.", Arity = ArgumentArity.ZeroOrOne };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Another seed checks at other places.",
            HelpName = "NUMBER",
            CustomParser = CommonOptions.WholeNumber<ulong>(0),
            DefaultValueFactory = _ => 0,
        };
        var json = new Option<bool>("--json") { Description = "The same as one JSON object in one line." };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(seed);
        command.Add(json);
        command.SetAction(parsed => Run(
            session, [.. Library, .. parsed.GetValue(model) is { } path ? new[] { ModelSubject.Of(path) } : []], parsed.GetValue(seed), parsed.GetValue(json)));
        return command;
    }

    /// <summary>Checks and tells.</summary>
    /// <returns>0 if every gradient is right.</returns>
    internal static int Run(Session session, IReadOnlyList<GradientSubject> subjects, ulong seed, bool json)
    {
        GradientVerdict[] verdicts = [.. subjects.Select(subject => subject.Judge(seed, session.CancellationToken))];
        int wrong = verdicts.Count(verdict => !verdict.Passed);
        if (json)
        {
            session.Output.WriteLine(Json(verdicts, seed, wrong));
        }
        else
        {
            Write(session.Output, verdicts, wrong);
        }

        return wrong == 0 ? 0 : Tool.Failed;
    }

    private static void Write(TextWriter output, GradientVerdict[] verdicts, int wrong)
    {
        int width = verdicts.Max(verdict => verdict.Subject.Name.Length);
        output.WriteLine($"kind      {"name".PadRight(width)}  cases  derivatives  worst error / bound  verdict");
        foreach (GradientVerdict verdict in verdicts)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{verdict.Subject.Kind,-8}  {verdict.Subject.Name.PadRight(width)}  {verdict.Subject.Cases,5}  {verdict.Elements,11:N0}  {verdict.WorstBesideBound,19:F6}  {verdict.Text}"));
        }

        output.WriteLine();
        foreach (GradientVerdict verdict in verdicts.Where(verdict => !verdict.Passed))
        {
            GradientElement worst = verdict.Worst;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{verdict.Subject.Kind} {verdict.Subject.Name}: {worst.Tensor}[{worst.Row}, {worst.Column}] is {worst.Analytic:G9} by the backward pass, {worst.Numerical:G9} by differences"));
        }

        GradientCheckOptions options = GradientCheckOptions.Strict;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(wrong == 0 ? $"All {verdicts.Length} gradients are right" : $"{wrong} of {verdicts.Length} gradients are WRONG")}. The bound is {options.ScaleTolerance:G2} of the tensor's largest derivative or the function's value;"));
        output.WriteLine("differences are taken in double, from four points.");
    }

    private static string Json(GradientVerdict[] verdicts, ulong seed, int wrong) => JsonLine.Of(json =>
    {
        json.WriteBoolean("passed", wrong == 0);
        json.WriteNumber("seed", seed);
        json.WriteStartArray("checks");
        foreach (GradientVerdict verdict in verdicts)
        {
            json.WriteStartObject();
            json.WriteString("kind", verdict.Subject.Kind);
            json.WriteString("name", verdict.Subject.Name);
            json.WriteNumber("cases", verdict.Subject.Cases);
            json.WriteNumber("derivatives", verdict.Elements);
            json.WriteFinite("worstErrorBesideBound", verdict.WorstBesideBound);
            json.WriteBoolean("passed", verdict.Passed);
            json.WriteString("verdict", verdict.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
