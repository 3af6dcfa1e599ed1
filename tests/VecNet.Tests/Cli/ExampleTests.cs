using System.Globalization;

namespace VecNet.Tests;

public sealed class ExampleTests
{
    [Fact]
    public void Every_number_of_the_worked_example_is_printed_to_twelve_digits()
    {
        CommandRun run = CommandRun.Of("example");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        GoldenCase golden = GoldenFile.Load("worked_example").Cases[0];
        foreach ((string name, GoldenTensor expected) in golden.Inputs)
        {
            AssertPrinted(run.Output, name, expected);
        }

        foreach ((string name, GoldenTensor expected) in golden.Outputs)
        {
            AssertPrinted(run.Output, name == "z2" ? "prediction" : name, expected);
        }

        foreach ((string name, GoldenTensor expected) in golden.Gradients)
        {
            AssertPrinted(run.Output, $"∂L/∂{name}", expected);
        }
    }

    /// <summary>The rows of a matrix are in brackets in the lines after its name.</summary>
    private static void AssertPrinted(string output, string name, GoldenTensor expected)
    {
        string[] lines = output.Split('\n');
        int line = Array.FindIndex(lines, text => text.StartsWith($"{name} ", StringComparison.Ordinal));
        Assert.True(line >= 0, $"{name} is not printed");
        double[] printed = [.. lines.Skip(line + 1)
            .TakeWhile(text => text.TrimStart().StartsWith('['))
            .SelectMany(text => text.Trim().Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(expected.Data.Count, printed.Length);
        for (int i = 0; i < printed.Length; i++)
        {
            Assert.Equal(expected.Data[i], printed[i], 1e-12);
        }
    }
}
