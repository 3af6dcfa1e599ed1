using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>
/// Kernels are compiled to instructions alone. Beyond some 500 temporary variables in a method the compiler stops inlining and calls every
/// operation of a vector, which no result shows: it made an LSTM 1.7 times as slow, and GELU 20 times.
/// </summary>
public sealed partial class CompiledKernelTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>The code of every operation in float and double, as the compiler of a process of its own lists it.</summary>
    [Fact]
    public async Task No_loop_calls_an_operation_of_a_vector()
    {
        Assert.SkipUnless(Machine.HasVectors, "There are no vectors.");
        ChildRun run = await ChildRun.Of(
            typeof(OperationResultTests), nameof(OperationResultTests.Results_are_those_of_other_processes),
            ("VECNET_RESULTS", scratch["results"]), ("DOTNET_JitStdOutFile", scratch["code"]), ("DOTNET_JitDisasm", "*"),
            ("DOTNET_EnableAVX512", "0"), ("DOTNET_TieredCompilation", "0"));

        // Without tiers, no other thread compiles at the same time, whose lines would come among those of a loop. Not the exit code: the
        // compiler may still write to its file when the process ends, which aborts it.
        Assert.Contains("Failed: 0,", run.Output, StringComparison.Ordinal);
        string[] listed = [.. Loops(scratch["code"])];
        Assert.Contains(listed, line => line.Contains("VecNet.RecurrentLoop:Forward[", StringComparison.Ordinal));
        Assert.DoesNotContain(listed, line => line.StartsWith("call ", StringComparison.Ordinal));
    }

    /// <summary>
    /// The methods that were compiled with full optimization, each followed by its calls of vector operations.
    /// </summary>
    private static IEnumerable<string> Loops(string path)
    {
        string loop = "";
        foreach (string line in File.ReadLines(path))
        {
            if (Header().Match(line) is { Success: true } header)
            {
                bool isLoop = header.Groups["kind"].Value == "FullOpts" && !VectorOperation().IsMatch(header.Groups["name"].Value);
                loop = isLoop ? header.Groups["name"].Value : "";
                if (isLoop)
                {
                    yield return loop;
                }
            }
            else if (loop.Length > 0 && Call().Match(line).Groups["name"].Value is var called && VectorOperation().IsMatch(called))
            {
                yield return $"call in {loop} of {called}";
            }
        }
    }

    [GeneratedRegex(@"^; Assembly listing for method (?<name>.+) \((?<kind>[^()]*)\)$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^\s+call\s+\[(?<name>.+)\]$")]
    private static partial Regex Call();

    /// <summary>Vectors, and the functions that are made of them.</summary>
    [GeneratedRegex(@"^VecNet\.(Portable|Wide512|DoubledVector|Exponential|Logarithm|Piecewise|NormalDistribution)\b")]
    private static partial Regex VectorOperation();
}
