using VecNet.Cli.Charts;

namespace VecNet.Cli;

/// <summary>The files that a training run writes: its model and charts, or a checkpoint.</summary>
/// <param name="Directory">The output directory, which is created if it does not exist.</param>
/// <param name="Name">The beginning of all file names.</param>
internal sealed record TrainingArtifacts(string Directory, string Name)
{
    internal const string CurvesName = "curves";
    private const string ReliabilityName = "reliability";

    /// <summary>The space, in bytes, for the names of layers, features and classes: the rest of a model's file is its parameters.</summary>
    private const long SpaceForNames = 1 << 16;

    /// <summary>The path as the user wrote it, since it becomes part of a command to copy.</summary>
    private string CheckpointPath => Path.Combine(Directory, $"{Name}.checkpoint.safetensors");

    internal string ModelPath => Path.GetFullPath(Path.Combine(Directory, $"{Name}.safetensors"));

    private string ChartPath(string what) => Path.GetFullPath(Path.Combine(Directory, $"{Name}.{what}"));

    /// <summary>Checks, before the training, that all files can be written.</summary>
    /// <param name="chartName">The name of the evaluation's chart.</param>
    /// <param name="parameters">The number of parameters of the network that will be saved.</param>
    /// <param name="resume">The checkpoint to resume from, which only a later checkpoint may replace; null if there is none.</param>
    /// <param name="inputs">The paths and kinds of the input files, which are never overwritten.</param>
    /// <exception cref="UserErrorException">A file cannot be written.</exception>
    /// <exception cref="IOException">There is not enough space, or a file of the same name cannot be replaced.</exception>
    internal void Check(string chartName, long parameters, string? resume, params ReadOnlySpan<(string? Path, string Kind)> inputs)
    {
        OutputFiles.CheckDirectory(Directory, (parameters * sizeof(float)) + SpaceForNames);
        OutputFiles.CheckFile(CheckpointPath, inputs);
        (string? Path, string Kind)[] all = [.. inputs, (resume, "checkpoint to resume from")];
        OutputFiles.CheckFile(ModelPath, all);
        foreach (string extension in ChartFile.Extensions)
        {
            OutputFiles.CheckFile(ChartPath(CurvesName) + extension, all);
            OutputFiles.CheckFile(ChartPath(chartName) + extension, all);
            OutputFiles.CheckFile(ChartPath(ReliabilityName) + extension, all);
        }
    }

    /// <summary>The checkpoint to resume from, and the one that is saved if the run is interrupted.</summary>
    /// <exception cref="UserErrorException">The file to resume from is not a checkpoint, or is one of a different training run.</exception>
    internal Checkpointing Checkpointing(CommandContext context, TrainingFingerprint fingerprint, string? resume) =>
        Cli.Checkpointing.Of(fingerprint, CheckpointPath, resume, context.Arguments);

    /// <summary>Saves the model and the charts.</summary>
    internal TrainingReport Save(CommandContext context, TrainingRun run, Model<float> model, IEvaluation evaluation, ulong seed)
    {
        string modelPath = OutputFiles.SaveWithFallback("model", ModelPath, model.Save, out string? problem);
        if (problem is not null)
        {
            context.Error.WriteLine($"error: {problem}");
        }

        return new TrainingReport
        {
            Context = context,
            Run = run,
            Evaluation = evaluation,
            Seed = seed,
            ParametersHash = model.GetParametersHash(),
            ModelPath = modelPath,
            ExitCode = problem is null ? 0 : Tool.Failed,
            ChartPaths =
            [
                .. SaveChart(context, new LearningCurves(run), CurvesName),
                .. evaluation.Chart is { } chart ? SaveChart(context, chart, evaluation.ChartName) : [],
                .. run.Temperature is not null && evaluation.Reliability is { } reliability
                    ? SaveChart(context, reliability, ReliabilityName)
                    : [],
            ],
        };
    }

    /// <summary>Saves a chart. A failure is only a warning, since the model has already been saved.</summary>
    internal IReadOnlyList<string> SaveChart(CommandContext context, IChart chart, string what)
    {
        try
        {
            return ChartFile.Save(chart, ChartPath(what));
        }
        catch (IOException error)
        {
            context.WriteWarnings($"{error.Message} The model has been saved.");
            return [];
        }
    }
}
