using System.CommandLine;

namespace VecNet.Cli.Generation;

/// <summary>Trains language models, and writes texts with them.</summary>
internal static class GenerateCommand
{
    /// <summary>The command, whose own commands do the work.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("generate", """
            Trains a small language model (GPT) on any text, and writes texts with it.
            """);
        command.Add(GenerateTrainCommand.Build(context));
        command.Add(GenerateWriteCommand.Build(context));
        return command;
    }
}
