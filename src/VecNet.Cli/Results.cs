using VecNet.Cli.Charts;

namespace VecNet.Cli;

/// <summary>Where a run that trains leaves its model and its pictures, or a checkpoint.</summary>
/// <param name="Directory">Is made if it does not exist.</param>
/// <param name="Name">What all the files' names begin with.</param>
internal sealed record Results(string Directory, string Name)
{
    private const string CurvesName = "curves";

    /// <summary>Of layers, features and classes: a model is its parameters and little more.</summary>
    private const long RoomForNames = 1 << 16;

    /// <summary>As the user would write it: it is part of a command to paste.</summary>
    private string CheckpointPath => Path.Combine(Directory, $"{Name}.checkpoint.safetensors");

    private string ModelPath => Path.GetFullPath(Path.Combine(Directory, $"{Name}.safetensors"));

    private string ChartPath(string what) => Path.GetFullPath(Path.Combine(Directory, $"{Name}.{what}"));

    /// <summary>Says before the work whether all of it can be written.</summary>
    /// <param name="chartName">Of the picture of the outcome.</param>
    /// <param name="parameters">Of the network that will be saved.</param>
    /// <param name="resume">The checkpoint to go on from, which only a later checkpoint may take the place of; null for none.</param>
    /// <param name="inputs">What is read, and what it is: never overwritten.</param>
    /// <exception cref="UserErrorException">It cannot.</exception>
    /// <exception cref="IOException">There is no room, or a file of the name cannot be replaced.</exception>
    internal void Check(string chartName, long parameters, string? resume, params ReadOnlySpan<(string? Path, string What)> inputs)
    {
        OutputFiles.CheckDirectory(Directory, (parameters * sizeof(float)) + RoomForNames);
        OutputFiles.CheckFile(CheckpointPath, inputs);
        (string? Path, string What)[] all = [.. inputs, (resume, "checkpoint to go on from")];
        OutputFiles.CheckFile(ModelPath, all);
        foreach (string ending in ChartFile.Endings)
        {
            OutputFiles.CheckFile(ChartPath(CurvesName) + ending, all);
            OutputFiles.CheckFile(ChartPath(chartName) + ending, all);
        }
    }

    /// <summary>What becomes of the run if it is interrupted.</summary>
    /// <exception cref="UserErrorException">It is to go on from what is no checkpoint, or one of something else.</exception>
    internal Interruption Interruption(Session session, RunIdentity identity, string? from) => Cli.Interruption.Of(identity, CheckpointPath, from, session.Arguments);

    /// <summary>Saves model and pictures, and begins to tell; the end of it is <see cref="Report.WriteEnd"/>.</summary>
    internal Report SaveAndReport(Session session, TrainingRun run, Model<float> model, IOutcome outcome, ulong seed, Verbosity verbosity)
    {
        string modelPath = OutputFiles.SaveSomewhere("model", ModelPath, model.Save, out string? complaint);
        if (complaint is not null)
        {
            session.Error.WriteLine($"error: {complaint}");
        }

        var report = new Report
        {
            Session = session,
            Run = run,
            Outcome = outcome,
            Seed = seed,
            ParametersSha256 = model.ParametersSha256(),
            ModelPath = modelPath,
            ExitCode = complaint is null ? 0 : Tool.Failed,
            ChartPaths = [.. SaveChart(session, new LearningCurves(run), CurvesName), .. outcome.Chart is { } chart ? SaveChart(session, chart, outcome.ChartName) : []],
        };
        if (verbosity == Verbosity.Full)
        {
            outcome.WriteHeadline(session);
            outcome.WriteDetails(session);
        }

        return report;
    }

    /// <summary>A picture that cannot be written is no reason to say nothing of the model, which is saved by then.</summary>
    private IReadOnlyList<string> SaveChart(Session session, IChart chart, string what)
    {
        try
        {
            return ChartFile.Save(chart, ChartPath(what));
        }
        catch (IOException error)
        {
            session.Error.WriteLine($"remark: {error.Message.ReplaceLineEndings(" ")} The model has been saved.");
            return [];
        }
    }
}
