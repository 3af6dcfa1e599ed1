using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>A line of the sources is read without scrolling.</summary>
public sealed partial class LineLengthTests
{
    private const int Longest = 140;

    public static TheoryData<string> Folders => ["src", "tests", "perf", ".ci"];

    /// <summary>A line that holds nothing but an address cannot be cut.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void No_line_is_too_long(string folder)
    {
        string[] tooLong =
        [
            .. new[] { "*.cs", "*.py", "*.sh", "run" }
                .SelectMany(pattern => Repository.Files(folder, pattern))
                .SelectMany(file => LongLines(File.ReadAllText(Path.Combine(Repository.Root, folder, file)))
                    .Select(line => $"{folder}/{file}:{line}")),
        ];
        Assert.True(tooLong.Length == 0, $"{tooLong.Length} lines have more than {Longest} characters: {string.Join(", ", tooLong)}.");
    }

    [Fact]
    public void A_long_line_is_found_and_a_long_address_is_not()
    {
        string fits = new('x', Longest), address = "https://example.com/" + fits;
        Assert.Empty(LongLines($"{fits}\n/// {address}\n"));
        Assert.Equal([2, 3], LongLines($"{fits}\r\n{fits}x\r\n// see {address}"));
    }

    private static IEnumerable<int> LongLines(string text) => text.Split('\n')
        .Select((line, index) => (Text: line.TrimEnd('\r'), Number: index + 1))
        .Where(line => line.Text.Length > Longest && !Address.IsMatch(line.Text))
        .Select(line => line.Number);

    [GeneratedRegex(@"^\s*(///|//|#)?\s*https?://\S+$")]
    private static partial Regex Address { get; }
}
