using System.CommandLine;
using VecNet.Cli.Charts;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Evaluates a saved model on rows whose classes or numbers are known.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("evaluate", """
            Evaluates a saved model on labeled data.
            For classes it reports accuracy, loss, precision, recall, F1 and the confusion matrix; for numbers, R² and mean errors.
            """);
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet saved (safetensors)." };
        var data = new Option<string>("--data")
        {
            Description = "The CSV file with the model's columns and its target, or the file of labeled texts.",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The directory for a chart of the confusion matrix, or of predicted over true numbers, as PNG and SVG. "
                + "[default: no chart]",
            HelpName = "DIRECTORY",
        };
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        data.Validators.Add(OptionParsing.RejectEmptyPath);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(output);
        command.Add(json);
        var header = new CsvHeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(data),
            header.Read(parsed.CommandResult),
            parsed.GetValue(output),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context, string modelPath, string dataPath, CsvHeader? header, string? outputDirectory, bool json)
    {
        Model<float> model = SavedModel.Load(modelPath);
        ModelInput input = ModelInput.Read(model, dataPath, header, readTarget: true);
        context.WriteWarnings(input.Warnings);
        IEvaluation evaluation = Evaluate(model, input, dataPath);
        context.CancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> charts = outputDirectory is null
            ? []
            : SaveChart(context, evaluation.Chart, outputDirectory, modelPath, dataPath);
        if (json)
        {
            context.Output.WriteLine(JsonLine.Of(members =>
            {
                evaluation.WriteJson(members);
                members.WriteStrings("charts", charts);
            }));
            return 0;
        }

        evaluation.Write(context);
        foreach (string path in charts)
        {
            context.Output.WriteLine($"Chart          {path}");
        }

        return 0;
    }

    private static IEvaluation Evaluate(Model<float> model, ModelInput input, string dataPath)
    {
        bool isRegression = !model.PredictsClasses;
        if (input.TargetName is null)
        {
            string kind = isRegression ? "numbers" : "classes";
            throw new CsvDataException(dataPath, null, null, model.TargetName is { } target
                ? $"the column '{target}' with the true {kind} is missing."
                : $"the model does not say which column has the true {kind}.");
        }

        return isRegression
            ? new RegressionEvaluation(
                input.TargetName,
                TargetColumn.Numbers(dataPath, input.TargetName, input.Labels, input.Lines),
                input.PredictNumbers(model, dataPath))
            : ClassificationEvaluation.Of(model, input, dataPath);
    }

    private static IReadOnlyList<string> SaveChart(
        CommandContext context, IChart? chart, string directory, string modelPath, string dataPath)
    {
        if (chart is null)
        {
            context.WriteWarnings($"no chart was saved: the confusion matrix has more than {ConfusionChart.MostClasses} classes.");
            return [];
        }

        OutputFiles.CheckDirectory(directory);
        string path = Path.GetFullPath(Path.Combine(directory, $"{Path.GetFileNameWithoutExtension(dataPath)}.evaluation"));
        foreach (string extension in ChartFile.Extensions)
        {
            OutputFiles.CheckFile(path + extension, (modelPath, "model"), (dataPath, "data"));
        }

        Directory.CreateDirectory(directory);
        return ChartFile.Save(chart, path);
    }
}
