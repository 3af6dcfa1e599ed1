namespace VecNet.Cli;

/// <summary>What both commands that train do at their end.</summary>
internal static class Results
{
    /// <summary>Saves model and picture, and begins to tell; the end of it is <see cref="Report.WriteEnd"/>.</summary>
    internal static Report SaveAndReport(
        Session session,
        TrainingRun run,
        Model<float> model,
        Predictions predictions,
        int[] classes,
        ulong seed,
        string directory,
        string name,
        Verbosity verbosity)
    {
        session.CancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(directory);
        string modelPath = Path.GetFullPath(Path.Combine(directory, $"{name}.safetensors"));
        if (Directory.Exists(modelPath))
        {
            throw new UserErrorException($"{modelPath}: cannot be written: this is a directory.");
        }

        model.Save(modelPath);
        string chartPath = LossChart.Save(run, Path.GetFullPath(Path.Combine(directory, name)));
        var report = new Report
        {
            Session = session,
            Run = run,
            Predictions = predictions,
            Classes = classes,
            ClassNames = model.ClassNames!,
            Seed = seed,
            ParametersSha256 = model.ParametersSha256(),
            ModelPath = modelPath,
            ChartPath = chartPath,
        };
        if (verbosity == Verbosity.Full)
        {
            report.WriteAccuracy();
            report.WriteConfusion();
        }

        return report;
    }
}
