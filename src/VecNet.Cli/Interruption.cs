namespace VecNet.Cli;

/// <summary>What becomes of a training that Ctrl-C interrupts: a checkpoint, and the command that goes on from it.</summary>
/// <param name="Identity">What is trained.</param>
/// <param name="Path">Where a checkpoint is saved.</param>
/// <param name="From">Where this run goes on; null for a run from the beginning.</param>
/// <param name="Arguments">Of this run.</param>
internal sealed record Interruption(RunIdentity Identity, string Path, RunCheckpoint? From, IReadOnlyList<string> Arguments)
{
    private const string Option = "--resume";

    /// <summary>Of a run that goes on from a checkpoint's file, or begins anew.</summary>
    /// <exception cref="UserErrorException">The file is no checkpoint, or one of something else.</exception>
    internal static Interruption Of(RunIdentity identity, string path, string? from, IReadOnlyList<string> arguments)
    {
        RunCheckpoint? checkpoint = from is null ? null : RunCheckpoint.Load(from);
        if (checkpoint is not null)
        {
            identity.CheckSame(from!, checkpoint.Identity);
        }

        return new(identity, path, checkpoint, arguments);
    }

    /// <summary>Saves where the run stands.</summary>
    /// <returns>What to tell: how to go on.</returns>
    /// <exception cref="IOException">The checkpoint cannot be written.</exception>
    internal InterruptedException Save(RunCheckpoint checkpoint)
    {
        string saved = OutputFiles.SaveSomewhere("checkpoint", Path, checkpoint.Save, out string? complaint);
        string remark = complaint is null ? "" : $"{complaint} ";
        return new($"{remark}interrupted after {checkpoint.Trainer.Steps:N0} steps; to go on: {CommandLine(saved)}");
    }

    /// <summary>This run's command with the checkpoint, ready to be pasted into a shell.</summary>
    private string CommandLine(string checkpoint)
    {
        List<string> arguments = [];
        for (int i = 0; i < Arguments.Count; i++)
        {
            if (Arguments[i] == Option)
            {
                i++;
            }
            else if (!Arguments[i].StartsWith($"{Option}=", StringComparison.Ordinal) && !Arguments[i].StartsWith($"{Option}:", StringComparison.Ordinal))
            {
                arguments.Add(Arguments[i]);
            }
        }

        return string.Join(' ', ((string[])["vecnet", .. arguments, Option, checkpoint]).Select(Quote));
    }

    /// <summary>As a shell takes it for one word: a POSIX shell, or on Windows its own.</summary>
    private static string Quote(string argument)
    {
        bool isPlain = argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "_-+=.,/:@%".Contains(character, StringComparison.Ordinal));
        return isPlain || (OperatingSystem.IsWindows() && argument.Length > 0 && argument.All(character => character == '\\' || !char.IsWhiteSpace(character))) ? argument
            : OperatingSystem.IsWindows() ? $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}

/// <summary>Ctrl-C has ended a training, which can go on; the message is the line to show.</summary>
internal sealed class InterruptedException(string message) : OperationCanceledException(message);
