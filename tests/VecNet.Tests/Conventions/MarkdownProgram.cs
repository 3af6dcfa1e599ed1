using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>
/// A program that a page shows: a block of C#, together with the blocks after it that begin without <c>using</c> and go on with it.
/// </summary>
/// <param name="Page">The Markdown file, relative to the repository.</param>
/// <param name="Line">The line of the file where its first block begins.</param>
/// <param name="Blocks">Its blocks, in order.</param>
/// <param name="Output">
/// What the page says that it prints, in blocks of <c>text</c>: … stands for anything. Null if the page does not say.
/// </param>
internal sealed partial record MarkdownProgram(string Page, int Line, IReadOnlyList<string> Blocks, string? Output)
{
    /// <summary>All pages of the repository, in order.</summary>
    internal static IReadOnlyList<string> Pages { get; } = [.. Repository.Files("", "*.md")];

    /// <summary>The programs of a page, in order.</summary>
    internal static IReadOnlyList<MarkdownProgram> Of(string page) => Parse(page, File.ReadAllText(Path.Combine(Repository.Root, page)));

    /// <summary>The programs of a text.</summary>
    internal static IReadOnlyList<MarkdownProgram> Parse(string page, string text)
    {
        var programs = new List<MarkdownProgram>();
        foreach (Match match in Block().Matches(text.ReplaceLineEndings("\n")))
        {
            (string language, string content) = (match.Groups[1].Value, match.Groups[2].Value);
            if (language == "csharp" && (programs.Count == 0 || content.StartsWith("using ", StringComparison.Ordinal)))
            {
                programs.Add(new(page, text[..match.Index].Count(character => character == '\n') + 1, [content], null));
            }
            else if (language == "csharp")
            {
                programs[^1] = programs[^1] with { Blocks = [.. programs[^1].Blocks, content] };
            }
            else if (language == "text" && programs.Count > 0)
            {
                programs[^1] = programs[^1] with { Output = programs[^1].Output + content };
            }
        }

        return programs;
    }

    public override string ToString() => $"{Page}:{Line}";

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
