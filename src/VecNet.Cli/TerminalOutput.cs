using System.Text;
using Spectre.Console;

namespace VecNet.Cli;

/// <summary>An output as the layout of tables and of what moves sees it: a terminal is never narrower than they can bear, and wraps what it has no room for.</summary>
/// <param name="writer">The output.</param>
/// <param name="isTerminal">Whether it is one.</param>
/// <param name="width">The columns of the terminal at this moment.</param>
internal sealed class TerminalOutput(TextWriter writer, bool isTerminal, Func<int> width) : IAnsiConsoleOutput
{
    /// <summary>In narrower terminals lines would have a word each, and the layout of help would fail below six.</summary>
    internal const int Narrowest = 40;

    private const int WithoutTerminal = 100;
    private const int Unknown = 80;
    private const int UnknownHeight = 24;

    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int Width => isTerminal ? int.Max(ActualWidth, Narrowest) : WithoutTerminal;

    public int Height => OfProcess(() => Console.WindowHeight) is > 0 and int lines ? lines : UnknownHeight;

    /// <summary>Whether what moves would be wrapped, so that its lines could not be found again.</summary>
    internal bool IsTooNarrow => ActualWidth < Narrowest;

    /// <summary>Terminals that say 0 do not know.</summary>
    private int ActualWidth => width() is > 0 and int columns ? columns : Unknown;

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>Of the terminal that the process writes to.</summary>
    internal static int WidthOfProcess() => OfProcess(() => Console.WindowWidth);

    private static int OfProcess(Func<int> size)
    {
        try
        {
            return size();
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }
}
