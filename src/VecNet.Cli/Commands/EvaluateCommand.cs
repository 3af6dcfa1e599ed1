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
            For classes it reports accuracy, loss, calibration error, precision, recall, F1 and the confusion matrix; for numbers, R² and
            mean errors.
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
            Description = "The directory for charts as PNG and SVG: the confusion matrix and the reliability of the probabilities, or "
                + "predicted over true numbers. [default: no chart]",
            HelpName = "DIRECTORY",
        };
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        var weights = new Option<string?>("--weights")
        {
            Description = "The column with the weight of each row, a number of at least 0: a row of weight 2 counts like two equal rows.",
            HelpName = "COLUMN",
        };
        Option<string?> encoder = ModelEncoder.Option();
        var importance = new Option<bool>("--importance")
        {
            Description = "Report how much the accuracy, or R², drops when the values of one column are permuted.",
        };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        data.Validators.Add(OptionParsing.RejectEmptyPath);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(output);
        command.Add(json);
        command.Add(weights);
        command.Add(importance);
        command.Add(encoder);
        var header = new CsvHeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(data),
            header.Read(parsed.CommandResult),
            parsed.GetValue(weights),
            parsed.GetValue(importance),
            parsed.GetValue(encoder),
            parsed.GetValue(output),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context,
        string modelPath,
        string dataPath,
        CsvHeader? header,
        string? weights,
        bool withImportance,
        string? encoderPath,
        string? outputDirectory,
        bool json)
    {
        Model<float> model = SavedModel.Load(modelPath, out SafetensorsFile file);
        Func<IReadOnlyList<string>, InputRows>? encoder = ModelEncoder.Of(file, modelPath, encoderPath, context.CancellationToken);
        if (withImportance && (model.TakesTexts || encoder is not null))
        {
            throw new UserErrorException("--importance requires a table; the features of texts have no meaning of their own.");
        }

        ModelInput input = ModelInput.Read(model, dataPath, header, readTarget: true, weights, encoder);
        context.WriteWarnings(input.Warnings);
        IEvaluation evaluation = Evaluate(model, input, dataPath);
        ImportanceTable? importance = withImportance
            ? ImportanceTable.Of(model, input, dataPath, context.CancellationToken)
            : null;
        context.CancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> charts = outputDirectory is null
            ? []
            : SaveCharts(context, evaluation, outputDirectory, modelPath, dataPath);
        if (json)
        {
            context.Output.WriteLine(JsonLine.Of(members =>
            {
                evaluation.WriteJson(members);
                importance?.WriteJson(members);
                members.WriteStrings("charts", charts);
            }));
            return 0;
        }

        evaluation.Write(context);
        importance?.Write(context.Output);
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
                input.PredictNumbers(model, dataPath),
                [.. input.Weights ?? []])
            : ClassificationEvaluation.Of(model, input, dataPath);
    }

    private static IReadOnlyList<string> SaveCharts(
        CommandContext context, IEvaluation evaluation, string directory, string modelPath, string dataPath)
    {
        (IChart? Chart, string Name)[] charts = [(evaluation.Chart, "evaluation"), (evaluation.Reliability, "reliability")];
        if (evaluation.Chart is null)
        {
            context.WriteWarnings(
                $"no chart of the confusion matrix was saved: it has more than {ConfusionChart.MostClasses} classes.");
        }

        OutputFiles.CheckDirectory(directory);
        string PathOf(string name) =>
            Path.GetFullPath(Path.Combine(directory, $"{Path.GetFileNameWithoutExtension(dataPath)}.{name}"));
        foreach ((IChart? _, string name) in charts)
        {
            foreach (string extension in ChartFile.Extensions)
            {
                OutputFiles.CheckFile(PathOf(name) + extension, (modelPath, "model"), (dataPath, "data"));
            }
        }

        Directory.CreateDirectory(directory);
        return [.. charts.Where(one => one.Chart is not null).SelectMany(one => ChartFile.Save(one.Chart!, PathOf(one.Name)))];
    }
}
