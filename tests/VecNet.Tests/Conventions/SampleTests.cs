using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>Every program in tests/Samples runs and prints what its last comment says.</summary>
[Collection(OneConsole.Name)]
public sealed partial class SampleTests : IDisposable
{
    internal const string Folder = "tests/Samples";

    private readonly ScratchDirectory scratch = new();

    public SampleTests()
    {
        WriteData(scratch);
    }

    public static TheoryData<string> Samples => [.. Repository.Files(Folder, "*.cs")];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_prints_what_it_says(string sample)
    {
        string text = Text(sample);
        Assert.InRange(text.Split('\n').Length, 10, 65);
        Assert.Equal(Expected(text), ProgramRun.Of([Directive().Replace(text, "")], scratch["Samples"]));
    }

    /// <summary>Samples read the data of the tests by a path that is relative to their own folder.</summary>
    internal static void WriteData(ScratchDirectory scratch)
    {
        Directory.CreateDirectory(scratch["Samples"]);
        string data = Directory.CreateDirectory(scratch["VecNet.Tests/Data"]).FullName;
        foreach (string file in new[] { "iris.csv", "languages.tsv" })
        {
            File.Copy(TestData.PathOf(file), Path.Combine(data, file));
        }
    }

    internal static string Text(string sample) => File.ReadAllText(Path.Combine(Repository.Root, Folder, sample)).ReplaceLineEndings("\n");

    internal static string Expected(string text) => Output().Match(text).Groups[1].Value;

    [GeneratedRegex(@"^#:.*\n", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"/\* Output:\n(.+)\*/\n$", RegexOptions.Singleline)]
    private static partial Regex Output();
}
