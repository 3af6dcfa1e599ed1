namespace VecNet.Cli;

/// <summary>Where a run that trains leaves its model and the picture of its losses.</summary>
/// <param name="Directory">Is made if it does not exist.</param>
/// <param name="Name">Of both files, without their endings.</param>
internal sealed record Results(string Directory, string Name)
{
    private string ModelPath => Path.GetFullPath(Path.Combine(Directory, $"{Name}.safetensors"));

    private string ChartPathWithoutEnding => Path.GetFullPath(Path.Combine(Directory, Name));

    /// <summary>Says before the work whether both can be written.</summary>
    /// <param name="inputs">What is read, and what it is: never overwritten.</param>
    /// <exception cref="UserErrorException">They cannot.</exception>
    internal void Check(params ReadOnlySpan<(string? Path, string What)> inputs)
    {
        OutputFiles.CheckDirectory(Directory);
        OutputFiles.CheckFile(ModelPath, inputs);
        OutputFiles.CheckFile(ChartPathWithoutEnding + LossChart.Ending, inputs);
    }

    /// <summary>Saves model and picture, and begins to tell; the end of it is <see cref="Report.WriteEnd"/>.</summary>
    internal Report SaveAndReport(
        Session session, TrainingRun run, Model<float> model, Predictions predictions, int[] classes, ulong seed, Verbosity verbosity)
    {
        session.CancellationToken.ThrowIfCancellationRequested();
        System.IO.Directory.CreateDirectory(Directory);
        model.Save(ModelPath);
        var report = new Report
        {
            Session = session,
            Run = run,
            Predictions = predictions,
            Classes = classes,
            ClassNames = model.ClassNames!,
            Seed = seed,
            ParametersSha256 = model.ParametersSha256(),
            ModelPath = ModelPath,
            ChartPath = SaveChart(session, run),
        };
        if (verbosity == Verbosity.Full)
        {
            report.WriteAccuracy();
            report.WriteConfusion();
        }

        return report;
    }

    /// <summary>A picture that cannot be written is no reason to say nothing of the model, which is saved by then.</summary>
    private string? SaveChart(Session session, TrainingRun run)
    {
        try
        {
            return LossChart.Save(run, ChartPathWithoutEnding);
        }
        catch (IOException error)
        {
            session.Error.WriteLine($"remark: {error.Message.ReplaceLineEndings(" ")} The model has been saved.");
            return null;
        }
    }
}
