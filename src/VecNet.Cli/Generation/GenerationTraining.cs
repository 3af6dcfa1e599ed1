using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Text.Json;
using VecNet.Cli.Charts;

namespace VecNet.Cli.Generation;

/// <summary>A run of <c>generate train</c>: the training, its samples, and the files that it writes.</summary>
internal static class GenerationTraining
{
    /// <summary>The number of tokens of the sample at the end, and of those after each epoch.</summary>
    private const int LongSample = 500;
    private const int ShortSample = 150;

    private const double SampleTemperature = 0.8;

    /// <summary>Trains, evaluates and saves a model.</summary>
    internal static int Run(
        CommandContext context,
        GenerationSource source,
        LanguageModelOptions options,
        Verbosity verbosity,
        string directory,
        string? resume)
    {
        var artifacts = new TrainingArtifacts(
            directory, source.Path is null ? "vecnet-text" : Path.GetFileNameWithoutExtension(source.Path));
        string text = source.Read();
        Tokenizer tokenizer = source.Tokenize(text);
        string prompt = source.PromptFor(tokenizer, text);
        int[] tokens = tokenizer.Encode(text);
        CheckSize(source, tokens.Length, tokenizer.VocabularySize, options);
        artifacts.Check(
            TrainingArtifacts.CurvesName,
            (long)LanguageModel.CountParameters(tokenizer.VocabularySize, options),
            resume,
            (source.Path, "text"));
        TrainingFingerprint fingerprint = FingerprintOf(source.Name, tokens, tokenizer, options);
        Checkpointing checkpointing = artifacts.Checkpointing(context, fingerprint, resume);
        RunCheckpoint? from = checkpointing.ResumedFrom;
        context.CancellationToken.ThrowIfCancellationRequested();
        long begin = Stopwatch.GetTimestamp();
        var training = new LanguageModelTraining(tokens, tokenizer.VocabularySize, options, from?.State);
        var model = new Model<float>(training.Network) { Tokenizer = tokenizer };
        var display = new GenerationDisplay(context, verbosity, options, () => Sample(model, prompt, ShortSample));
        display.Describe(source.Name, text.Length, tokens.Length, tokenizer, fingerprint, training);
        double? validationLoss;
        try
        {
            display.Show(training, from is not null, context.CancellationToken);
            if (training.HasDiverged)
            {
                throw new UserErrorException("training diverged: the loss or some parameters are not finite; nothing was saved.");
            }

            validationLoss = training.EvaluateValidation();
        }
        catch (ArgumentException excess) when (excess.ParamName == "capacity")
        {
            throw TooManyRows(options, excess);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw checkpointing.Save(new(fingerprint, Elapsed(), training.State()));
        }

        TimeSpan time = Elapsed();
        string modelPath = OutputFiles.SaveWithFallback("model", artifacts.ModelPath, model.Save, out string? problem);
        if (problem is not null)
        {
            context.Error.WriteLine($"error: {problem}");
        }

        TrainingProgress last = training.History[^1];
        var report = new GenerationReport
        {
            TrainingTokens = training.Tokens.Training,
            ValidationTokens = training.Tokens.Validation,
            Vocabulary = tokenizer.VocabularySize,
            Parameters = training.Network.ParameterCount,
            TrainingLoss = last.TrainingLoss,
            ValidationLoss = validationLoss,
            Sample = prompt + Sample(model, prompt, LongSample),
            IsLive = context.IsLive,
            Time = time,
            TokensPerSecond = last.SamplesPerSecond * options.Context,
            Seed = options.Seed,
            ParametersHash = model.GetParametersHash(),
            ModelPath = modelPath,
            ChartPaths = artifacts.SaveChart(context, new LearningCurves(RunOf(training, time)), TrainingArtifacts.CurvesName),
        };
        report.Write(context.Output, verbosity);
        return problem is null ? 0 : Tool.Failed;

        TimeSpan Elapsed() => (from?.Time ?? TimeSpan.Zero) + Stopwatch.GetElapsedTime(begin);
    }

    private static string Sample(Model<float> model, string prompt, int tokens) =>
        model.Generate(prompt, new() { MaxTokens = tokens, Temperature = SampleTemperature, Seed = 1 });

    private static void CheckSize(GenerationSource source, int tokens, int vocabulary, LanguageModelOptions options)
    {
        if (options.Width % options.Heads != 0)
        {
            throw new UserErrorException($"--width must be a multiple of --heads, {options.Heads}, not {options.Width}.");
        }

        if (options.TokensOfEpoch > LanguageModelOptions.MostTokensOfEpoch)
        {
            throw TooManyRows(options);
        }

        if (tokens <= options.Context)
        {
            throw new UserErrorException(
                $"{source.Name}: the text has {Counted.Of(tokens, "token")}; training with --context {options.Context} takes more than "
                    + "that.");
        }

        Int128 parameters = LanguageModel.CountParameters(vocabulary, options);
        if (parameters > Hyperparameters.MostParameters)
        {
            throw new UserErrorException(
                $"the network would have {parameters:N0} parameters; the limit is {Hyperparameters.MostParameters:N0}.");
        }
    }

    /// <summary>The exception for a step with more rows than a workspace holds.</summary>
    private static UserErrorException TooManyRows(LanguageModelOptions options, Exception? problem = null) => new(
        $"--batch-size {options.BatchSize} with --context {options.Context}: there are too many tokens in a step.", problem);

    private static TrainingFingerprint FingerprintOf(string data, int[] tokens, Tokenizer tokenizer, LanguageModelOptions options)
    {
        byte[] bytes = new byte[tokens.Length * sizeof(int)];
        for (int i = 0; i < tokens.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), tokens[i]);
        }

        string dropout = options.Dropout > 0 ? $", dropout {options.Dropout}" : "";
        return new(
            data,
            Convert.ToHexStringLower(XxHash128.Hash(bytes)),
            $"{Counted.Of(options.Layers, "block")} of width {options.Width} with {Counted.Of(options.Heads, "head")}, context "
                + $"{options.Context}, {Counted.Of(tokenizer.VocabularySize, "token")}{dropout}",
            $"AdamW, learning rate {options.LearningRate}, weight decay {options.WeightDecay}, {Counted.Of(options.Steps, "step")} of "
                + $"{Counted.Of(options.BatchSize, "window")}, seed {options.Seed}");
    }

    private static TrainingRun RunOf(LanguageModelTraining training, TimeSpan time) =>
        new(training.Network, HasClasses: true, [], training.History, time, training.History[^1].SamplesPerSecond)
        {
            Report = new()
            {
                Summary = "",
                HiddenSizes = [],
                Candidates = [],
                Trainings = 1,
                SelectionHistory = [],
                History = training.History,
                WasCanceled = false,
            },
        };
}

/// <summary>The results of a run of <c>generate train</c>.</summary>
internal sealed record GenerationReport
{
    internal required int TrainingTokens { get; init; }

    internal required int ValidationTokens { get; init; }

    internal required int Vocabulary { get; init; }

    internal required long Parameters { get; init; }

    /// <summary>The mean loss of a token in the last epoch.</summary>
    internal required double TrainingLoss { get; init; }

    /// <summary>The mean loss of a token of the validation text; null if there is none.</summary>
    internal required double? ValidationLoss { get; init; }

    internal required string Sample { get; init; }

    /// <summary>Whether the results are written to a terminal.</summary>
    internal required bool IsLive { get; init; }

    internal required TimeSpan Time { get; init; }

    internal required double TokensPerSecond { get; init; }

    internal required ulong Seed { get; init; }

    internal required string ParametersHash { get; init; }

    internal required string ModelPath { get; init; }

    internal required IReadOnlyList<string> ChartPaths { get; init; }

    /// <summary>Writes the results, as JSON if the run says so.</summary>
    internal void Write(TextWriter output, Verbosity verbosity)
    {
        if (verbosity == Verbosity.Json)
        {
            output.WriteLine(JsonLine.Of(WriteJson));
            return;
        }

        string validation = ValidationLoss is { } loss ? $", on the validation text {loss:F4}" : "";
        output.WriteLine($"""
            {(IsLive ? GenerationDisplay.Printable(Sample) : Sample)}

            Loss          {TrainingLoss:F4} in the last epoch{validation} (nats per token)
            Time          {Time.TotalSeconds:F1} s, {TokensPerSecond:N0} tokens/s
            XXH128 hash   {ParametersHash}
            Model         {ModelPath}
            """);
        foreach (string path in ChartPaths)
        {
            output.WriteLine($"Chart         {path}");
        }
    }

    private void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("trainingTokens", TrainingTokens);
        json.WriteNumber("validationTokens", ValidationTokens);
        json.WriteNumber("vocabulary", Vocabulary);
        json.WriteNumber("parameters", Parameters);
        json.WriteFinite("trainingLoss", TrainingLoss);
        json.WriteFinite("validationLoss", ValidationLoss);
        json.WriteString("sample", Sample);
        json.WriteNumber("seconds", Math.Round(Time.TotalSeconds, 3));
        json.WriteNumber("tokensPerSecond", Math.Round(TokensPerSecond));
        json.WriteNumber("seed", Seed);
        json.WriteString("parametersHash", ParametersHash);
        json.WriteString("model", ModelPath);
        json.WriteString("lossCurve", ChartPaths.Count > 0 ? ChartPaths[0] : null);
        json.WriteStrings("charts", ChartPaths);
    }
}
