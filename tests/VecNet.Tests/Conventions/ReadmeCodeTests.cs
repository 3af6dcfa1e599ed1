using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace VecNet.Tests;

/// <summary>Every C# block of the README compiles by itself and runs.</summary>
[Collection(OneConsole.Name)]
public sealed partial class ReadmeCodeTests
{
    private const string ImplicitUsings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    [Fact]
    public void The_ten_lines_learn_exclusive_or()
    {
        string output = Run(Blocks()[0]);

        double[] values = [.. Number().Matches(output[output.IndexOf('[', StringComparison.Ordinal)..]).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(4, values.Length);
        Assert.True(Math.Abs(values[0]) < 0.1 && Math.Abs(values[1] - 1) < 0.1 && Math.Abs(values[2] - 1) < 0.1 && Math.Abs(values[3]) < 0.1, output);
    }

    [Fact]
    public void The_layer_of_ones_own_passes_its_gradient_check() => Assert.Empty(Run(Blocks()[1]));

    [Fact]
    public void The_profile_lists_the_operations_of_a_pass()
    {
        string output = Run(Blocks()[2]);

        Assert.Contains("0.fully_connected + 1.sigmoid  backward     102.760     2533.4", output, StringComparison.Ordinal);
        Assert.Equal(8, output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void No_other_block_is_left_out() => Assert.Equal(3, Blocks().Count);

    private static List<string> Blocks() =>
        [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups[1].Value)];

    /// <summary>Compiles a program of top-level statements, runs it, and returns what it prints.</summary>
    private static string Run(string code)
    {
        string platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Readme",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(code)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var program = new MemoryStream();
        var result = compilation.Emit(program);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));

        MethodInfo main = Assembly.Load(program.ToArray()).EntryPoint!;
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?")]
    private static partial Regex Number();
}

/// <summary>Tests that catch what is written to the console, which there is one of: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class OneConsole
{
    public const string Name = "console";
}
