using System.CommandLine;
using System.Text;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Judges a saved model on rows whose classes are known.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("evaluate", "Judges a saved model on data whose classes are known: accuracy, loss, precision and recall.");
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet has saved (safetensors)." };
        var data = new Option<string>("--data") { Description = "The CSV file with the model's columns and its target, or the file of labelled texts.", HelpName = "FILE", Required = true };
        var json = new Option<bool>("--json") { Description = "The results as one JSON object in one line." };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        data.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(json);
        command.SetAction(parsed => Run(session, parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string modelPath, string dataPath, bool json)
    {
        Model<float> model = ModelInput.Load(modelPath);
        ModelInput input = ModelInput.Read(model, dataPath);
        if (input.TargetName is null)
        {
            throw new CsvDataException(
                dataPath, null, null, model.TargetName is { } target ? $"there are no classes to judge by: the column '{target}' is missing." : "the model does not say which column holds the classes.");
        }

        IReadOnlyList<string> names = ModelInput.ClassNames(model);
        int[] actual = ClassLabels.Match(input.Labels, names);
        int stranger = Array.IndexOf(actual, -1);
        if (stranger >= 0)
        {
            throw new CsvDataException(dataPath, input.Lines[stranger], input.TargetName, $"'{input.Labels[stranger]}' is none of the model's classes: {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")}.");
        }

        Predictions predictions = input.Predict(model.Network, dataPath);
        session.CancellationToken.ThrowIfCancellationRequested();
        var metrics = new ClassificationMetrics(names.Count, actual, predictions.Classes);
        int[] rows = RowsOf(names.Count, actual);
        double loss = Loss(model.Network, input.Features, actual);
        if (json)
        {
            session.Output.WriteLine(Json(names, rows, metrics, loss));
            return 0;
        }

        session.Output.WriteLine($"Accuracy       {100 * metrics.Accuracy:F2} %: {predictions.CountRight(actual):N0} of {actual.Length:N0} rows");
        session.Output.WriteLine($"Cross-entropy  {loss:F4} (mean)");
        session.Output.WriteLine($"F1             {metrics.MeanF1:F4} (mean over the classes)");
        session.Output.WriteLine();
        session.Output.WriteLine("  precision   recall       F1     rows  class");
        for (int i = 0; i < names.Count; i++)
        {
            session.Output.WriteLine($"{Figures.Percent(metrics.Precision(i)),11} {Figures.Percent(metrics.Recall(i)),8} {metrics.F1(i),8:F4} {rows[i],8:N0}  {Printable(names[i])}");
        }

        new ConfusionMatrix(names, actual, predictions.Classes).Write(session);
        return 0;
    }

    /// <summary>The rows of each class.</summary>
    private static int[] RowsOf(int classes, int[] actual)
    {
        int[] rows = new int[classes];
        foreach (int one in actual)
        {
            rows[one]++;
        }

        return rows;
    }

    private static double Loss(NeuralNetwork<float> network, TensorBuffer<float> features, int[] classes)
    {
        var data = new Dataset<float>(features, classes);
        return new Trainer<float>(network, new Sgd<float>(0.1), SoftmaxCrossEntropy.ForwardBackward, new TrainerOptions { BatchSize = int.Min(256, classes.Length) }).Evaluate(data).Loss;
    }

    private static string Json(IReadOnlyList<string> names, int[] rows, ClassificationMetrics metrics, double loss)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("rows", metrics.Rows);
            json.WriteNumber("accuracy", metrics.Accuracy);
            json.WriteNumber("crossEntropy", loss);
            json.WriteNumber("meanF1", metrics.MeanF1);
            json.WriteStartArray("classes");
            for (int i = 0; i < names.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", names[i]);
                json.WriteNumber("rows", rows[i]);
                WriteNumberOrNull(json, "precision", metrics.Precision(i));
                WriteNumberOrNull(json, "recall", metrics.Recall(i));
                WriteNumberOrNull(json, "f1", metrics.F1(i));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("confusion");
            for (int i = 0; i < names.Count; i++)
            {
                json.WriteStartArray();
                for (int j = 0; j < names.Count; j++)
                {
                    json.WriteNumberValue(metrics[i, j]);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, double number)
    {
        if (double.IsNaN(number))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, number);
        }
    }

    private static string Printable(string name) => string.Concat(name.Select(character => char.IsControl(character) ? '?' : character));
}
