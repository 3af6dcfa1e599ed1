using System.Diagnostics;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>A run of <c>train --encoder</c>: it keeps the better of a model of vectors and a bag of words.</summary>
/// <param name="context">The output and the cancellation token.</param>
/// <param name="encoderPath">The folder of the encoder.</param>
/// <param name="splitPath">The path of the file that divides the rows; null if the option is not given.</param>
/// <param name="calibrates">Whether the probabilities are calibrated.</param>
/// <param name="arguments">The values of the options for training.</param>
internal sealed class EncoderTraining(
    CommandContext context, string encoderPath, string? splitPath, bool calibrates, TrainingArguments arguments)
{
    private readonly Verbosity verbosity = arguments.Verbosity;
    private readonly ulong seed = arguments.Fit.Seed;

    /// <summary>Reads the texts, trains, evaluates and saves.</summary>
    internal int Run(
        TrainingData data, string? column, Func<IReadOnlyList<string>, IReadOnlyList<int>, TextVectorizerOptions> tokensOf)
    {
        string? splitFile = TrainingSplit.FileOf(data.Path, splitPath);
        var artifacts = new TrainingArtifacts(arguments.OutputDirectory, Path.GetFileNameWithoutExtension(data.Path));
        TrainingTargets targets = TargetColumn.OfClasses(data, out IReadOnlyList<string> warnings);
        context.WriteWarnings(warnings);
        RowSplit split = TrainingSplit.Of(data, targets, splitFile, seed);
        SentenceEncoder encoder = EncoderFolder.Load(encoderPath);
        artifacts.Check(
            "confusion",
            (encoder.Dimension + 1L) * targets.Outputs,
            resume: null,
            (data.Path, "data"),
            (splitFile, "split"),
            (encoderPath, "encoder"));
        Describe(data, targets, split, splitFile, encoder);

        long begin = Stopwatch.GetTimestamp();
        var display = new EncodingDisplay(context, verbosity);
        TensorBuffer<float> vectors = display.Encode(encoder, data.Texts!);
        EmbeddingVectors.Normalize(vectors);
        WriteLine($"Encoding  {display.Summary}\n");
        var comparison = new EncoderComparison(
            data,
            targets,
            vectors,
            tokensOf,
            arguments.Fit with
            {
                ValidationShare = null,
                Calibrate = calibrates,
                ClassWeights = data.ClassWeights,
                Threads = Parallelism.MaxThreads,
            },
            context.CancellationToken);
        if (arguments.Fit.ValidationShare != 0)
        {
            comparison.Compare(split.Training);
        }

        Model<float> trained = comparison.Fit(split.Training);
        var model = new Model<float>(
            trained.Network, classNames: targets.ClassNames, targetName: data.Target, vectorizer: trained.Vectorizer)
        {
            HasNumericClasses = data.HasNumericLabels,
            TextColumn = column,
        };
        TimeSpan time = Stopwatch.GetElapsedTime(begin);
        var evaluation = new ClassificationEvaluation(
            targets.ClassNames!, [.. split.Test.Select(row => targets.Strata[row])],
            SavedModel.PredictClasses(model, comparison.RowsOf(model, split.Test)), []);
        SafetensorsFile file = comparison.PrefersVectors ? EmbeddingFile.Of(model, encoder) : model.ToFile();
        context.CancellationToken.ThrowIfCancellationRequested();
        string path = OutputFiles.SaveWithFallback("model", artifacts.ModelPath, file.Write, out string? problem);
        if (problem is not null)
        {
            context.Error.WriteLine($"error: {problem}");
        }

        IReadOnlyList<string> charts = evaluation.Chart is { } chart ? artifacts.SaveChart(context, chart, evaluation.ChartName) : [];
        Write(comparison, evaluation, model, time, path, charts);
        return problem is null ? 0 : Tool.Failed;
    }

    private void Describe(TrainingData data, TrainingTargets targets, RowSplit split, string? splitFile, SentenceEncoder encoder)
    {
        WriteLine($"""
            Data      {data.Path}
                      {Counted.Of(data.Labels.Count, "row")}, {targets.Outputs} classes in column '{data.Target}'
                      {Counted.Of(split.Training.Count, "training row")}, {Counted.Of(split.Test.Count, "test row")}
                      {TrainingSplit.Describe(targets, splitFile, seed)}
            Encoder   {encoderPath}
                      vectors of {encoder.Dimension} numbers, of texts of up to {encoder.MaxTokens} tokens
            """);
    }

    private void Write(
        EncoderComparison comparison,
        ClassificationEvaluation evaluation,
        Model<float> model,
        TimeSpan time,
        string path,
        IReadOnlyList<string> charts)
    {
        if (verbosity == Verbosity.Json)
        {
            context.Output.WriteLine(JsonLine.Of(json =>
            {
                evaluation.WriteTestJson(json);
                json.WriteNumber("seconds", Math.Round(time.TotalSeconds, 3));
                json.WriteNumber("seed", seed);
                json.WriteString("parametersHash", model.GetParametersHash());
                json.WriteString("model", path);
                json.WriteString("encoder", comparison.PrefersVectors ? Path.GetFullPath(encoderPath) : null);
                TrainingReport.WriteChoice(json, comparison.Summary, comparison.Candidates);
                json.WriteStrings("charts", charts);
            }));
            return;
        }

        evaluation.WriteTestScore(context);
        if (verbosity == Verbosity.Full)
        {
            evaluation.WriteTestDetails(context);
        }

        TextWriter output = context.Output;
        output.WriteLine(comparison.Summary);
        output.WriteLine($"Time          {time.TotalSeconds:F1} s");
        output.WriteLine($"XXH128 hash   {model.GetParametersHash()}");
        output.WriteLine($"Model         {path}");
        if (comparison.PrefersVectors)
        {
            output.WriteLine($"Encoder       {Path.GetFullPath(encoderPath)}, which is not part of the model: use --encoder with it");
        }

        foreach (string chart in charts)
        {
            output.WriteLine($"Chart         {chart}");
        }
    }

    private void WriteLine(string text)
    {
        if (verbosity == Verbosity.Full)
        {
            context.Output.WriteLine(text);
        }
    }
}
