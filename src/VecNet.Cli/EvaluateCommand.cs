using System.CommandLine;
using System.Text.Json;
using VecNet.Cli.Charts;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Judges a saved model on rows whose classes or numbers are known.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("evaluate", "Judges a saved model on data whose classes are known: accuracy, loss, precision, recall, confusion matrix; or R² and mean errors of numbers.");
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet has saved (safetensors)." };
        var data = new Option<string>("--data") { Description = "The CSV file with the model's columns and its target, or the file of labelled texts.", HelpName = "FILE", Required = true };
        var output = new Option<string?>("--output", "-o") { Description = "Where to save the confusion matrix (or the predicted numbers over the true ones) as PNG and SVG. [default: nowhere]", HelpName = "DIRECTORY" };
        var json = new Option<bool>("--json") { Description = "The results as one JSON object in one line." };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        data.Validators.Add(CommonOptions.IsNoEmptyPath);
        output.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(output);
        command.Add(json);
        var header = new HeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(session, parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), header.Read(parsed.CommandResult), parsed.GetValue(output), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string modelPath, string dataPath, CsvHeader? header, string? directory, bool json)
    {
        Model<float> model = ModelInput.Load(modelPath);
        ModelInput input = ModelInput.Read(model, dataPath, header, readTarget: true);
        session.WriteRemarks(input.Remarks);
        if (input.TargetName is null)
        {
            string what = ModelInput.IsRegression(model) ? "numbers" : "classes";
            throw new CsvDataException(
                dataPath, null, null, model.TargetName is { } target ? $"there are no {what} to evaluate against: the column '{target}' is missing." : $"the model does not say which column holds the {what}.");
        }

        IEvaluation evaluation = ModelInput.IsRegression(model)
            ? new NumberEvaluation(input.TargetName, TrainingTargets.Numbers(dataPath, input.TargetName, input.Labels, input.Lines), input.PredictNumbers(model, dataPath))
            : ClassEvaluation.Of(model, input, dataPath);
        session.CancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> charts = directory is null ? [] : SaveChart(session, evaluation.Chart, directory, Path.GetFileNameWithoutExtension(dataPath), modelPath, dataPath);
        if (json)
        {
            session.Output.WriteLine(JsonLine.Of(members =>
            {
                evaluation.WriteJson(members);
                members.WriteStartArray("charts");
                foreach (string path in charts)
                {
                    members.WriteStringValue(path);
                }

                members.WriteEndArray();
            }));
            return 0;
        }

        evaluation.Write(session);
        foreach (string path in charts)
        {
            session.Output.WriteLine($"Chart          {path}");
        }

        return 0;
    }

    private static IReadOnlyList<string> SaveChart(Session session, IChart? chart, string directory, string name, string modelPath, string dataPath)
    {
        if (chart is null)
        {
            session.Error.WriteLine($"remark: more than {ConfusionChart.MostClasses} classes cannot be told apart in a picture; there is none.");
            return [];
        }

        OutputFiles.CheckDirectory(directory);
        string path = Path.GetFullPath(Path.Combine(directory, $"{name}.evaluation"));
        foreach (string ending in ChartFile.Endings)
        {
            OutputFiles.CheckFile(path + ending, (modelPath, "model"), (dataPath, "data"));
        }

        Directory.CreateDirectory(directory);
        return ChartFile.Save(chart, path);
    }
}

/// <summary>What a model makes of rows whose targets are known.</summary>
internal interface IEvaluation
{
    /// <summary>For people.</summary>
    void Write(Session session);

    /// <summary>For scripts.</summary>
    void WriteJson(Utf8JsonWriter json);

    /// <summary>As a picture; null where a picture would show nothing.</summary>
    IChart? Chart { get; }
}

/// <summary>Of numbers.</summary>
internal sealed class NumberEvaluation(string target, double[] numbers, double[] predicted) : IEvaluation
{
    private readonly NumberOutcome outcome = new(target, numbers, predicted);

    public IChart? Chart => outcome.Chart;

    public void Write(Session session)
    {
        RegressionMetrics metrics = outcome.Metrics;
        session.Output.WriteLine($"R²                        {Figures.Ratio(metrics.RSquared)}, of {numbers.Length:N0} row{(numbers.Length == 1 ? "" : "s")}{(double.IsNaN(metrics.RSquared) ? ": without two different numbers there is none" : "")}");
        session.Output.WriteLine($"Mean absolute error       {metrics.MeanAbsoluteError:G6}");
        session.Output.WriteLine($"Root mean squared error   {metrics.RootMeanSquaredError:G6}");
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        RegressionMetrics metrics = outcome.Metrics;
        json.WriteNumber("rows", numbers.Length);
        json.WriteFinite("rSquared", metrics.RSquared);
        json.WriteFinite("meanAbsoluteError", metrics.MeanAbsoluteError);
        json.WriteFinite("rootMeanSquaredError", metrics.RootMeanSquaredError);
    }
}
