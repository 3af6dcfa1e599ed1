namespace VecNet.Cli;

/// <summary>The checkpoint that a training run resumes from, and the one that it saves when it is interrupted.</summary>
/// <param name="Fingerprint">The training run.</param>
/// <param name="Path">The path of the checkpoint that is saved.</param>
/// <param name="ResumedFrom">The checkpoint that this run resumes from; null if it starts from the beginning.</param>
/// <param name="Arguments">The arguments of this run's command line.</param>
internal sealed record Checkpointing(
    TrainingFingerprint Fingerprint, string Path, RunCheckpoint? ResumedFrom, IReadOnlyList<string> Arguments)
{
    private const string Option = "--resume";

    /// <summary>Loads the checkpoint to resume from, if there is one.</summary>
    /// <exception cref="UserErrorException">The file is not a checkpoint, or is one of a different training run.</exception>
    internal static Checkpointing Of(TrainingFingerprint fingerprint, string path, string? resume, IReadOnlyList<string> arguments)
    {
        RunCheckpoint? checkpoint = resume is null ? null : RunCheckpoint.Load(resume);
        if (checkpoint is not null)
        {
            fingerprint.CheckSame(resume!, checkpoint.Fingerprint);
        }

        return new(fingerprint, path, checkpoint, arguments);
    }

    /// <summary>Saves the state of an interrupted run.</summary>
    /// <returns>The exception that ends the run; its message says how to resume.</returns>
    /// <exception cref="IOException">The checkpoint cannot be written.</exception>
    internal TrainingInterruptedException Save(RunCheckpoint checkpoint)
    {
        string saved = OutputFiles.SaveWithFallback("checkpoint", Path, checkpoint.Save, out string? problem);
        string prefix = problem is null ? "" : $"{problem} ";
        RecipeState state = checkpoint.State;
        string done = state.Trainer is { } trainer
            ? Counted.Of(trainer.Steps, "step")
            : Counted.Of(state.Search.Count + state.Networks.Count, "training");
        return new($"{prefix}interrupted after {done}; to resume, run: {CommandLine(saved)}");
    }

    /// <summary>This run's command line with the checkpoint, ready to be pasted into a shell.</summary>
    private string CommandLine(string checkpoint)
    {
        List<string> arguments = [];
        for (int i = 0; i < Arguments.Count; i++)
        {
            if (Arguments[i] == Option)
            {
                i++;
            }
            else if (!Arguments[i].StartsWith($"{Option}=", StringComparison.Ordinal)
                && !Arguments[i].StartsWith($"{Option}:", StringComparison.Ordinal))
            {
                arguments.Add(Arguments[i]);
            }
        }

        return string.Join(' ', ((string[])["vecnet", .. arguments, Option, checkpoint]).Select(Quote));
    }

    /// <summary>Quotes an argument where the shell needs it: a POSIX shell, or the one of Windows.</summary>
    private static string Quote(string argument)
    {
        const string Unquoted = "_-+=.,/:@%";
        bool isPlain = argument.Length > 0
            && argument.All(character => char.IsAsciiLetterOrDigit(character) || Unquoted.Contains(character, StringComparison.Ordinal));
        bool isPlainOnWindows = argument.Length > 0 && argument.All(character => character == '\\' || !char.IsWhiteSpace(character));
        return isPlain || (OperatingSystem.IsWindows() && isPlainOnWindows) ? argument
            : OperatingSystem.IsWindows() ? $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}

/// <summary>A training run has been interrupted and can be resumed; the message is the line to show.</summary>
internal sealed class TrainingInterruptedException(string message) : OperationCanceledException(message);
