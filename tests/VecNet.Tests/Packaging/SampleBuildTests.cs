namespace VecNet.Tests;

/// <summary>Every program in tests/Samples as a user runs it: the SDK builds the file with the projects that it names.</summary>
public sealed class SampleBuildTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public SampleBuildTests()
    {
        SampleTests.WriteData(scratch);
    }

    public static TheoryData<string> Samples => SampleTests.Samples;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_is_run_by_the_SDK(string sample)
    {
        OnRequest.Only();
        string printed = await Command.Run(
            scratch["Samples"], "dotnet", "run", Path.Combine(Repository.Root, SampleTests.Folder, sample));
        Assert.Equal(SampleTests.Expected(SampleTests.Text(sample)), printed.ReplaceLineEndings("\n"));
    }
}
