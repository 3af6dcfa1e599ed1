using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>Every C# block of every page compiles without a warning and runs, and prints what the page says that it prints.</summary>
[Collection(OneConsole.Name)]
public sealed partial class MarkdownCodeTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public MarkdownCodeTests()
    {
        // The files that pages speak of.
        File.Copy(TestData.PathOf("iris.csv"), scratch["iris.csv"]);
        File.WriteAllBytes(scratch["pytorch_mlp.safetensors"], Interop.Bytes("pytorch_mlp.safetensors"));
    }

    public static TheoryData<string, int> Programs =>
    [
        .. MarkdownProgram.Pages.SelectMany(
            page => MarkdownProgram.Of(page).Select((program, index) => new TheoryDataRow<string, int>(page, index))),
    ];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_page_s_code_runs_and_prints_what_the_page_says(string page, int index)
    {
        MarkdownProgram program = MarkdownProgram.Of(page)[index];
        Prepare(page);
        string? answer = null;

        string printed = ProgramRun.Of(program.Blocks, scratch.Path, Serves(program) ? address => answer = Ask(address) : null);

        Assert.True(program.Output is null || Says(program.Output, printed), $"{program} prints\n{printed}");
        Assert.True(!Serves(program) || answer == "virginica", $"{program} answers {answer}");
        Conclude(page, index, printed);
    }

    /// <summary>A new page is tested without being named; but these must be there.</summary>
    [Theory]
    [InlineData("README.md", 1)]
    [InlineData("src/VecNet/docs/getting-started.md", 1)]
    [InlineData("src/VecNet/docs/evaluation.md", 1)]
    [InlineData("src/VecNet/docs/tables.md", 1)]
    [InlineData("src/VecNet/docs/aspnet.md", 1)]
    [InlineData("src/VecNet/docs/hosting.md", 1)]
    [InlineData("src/VecNet/docs/own-layer.md", 1)]
    [InlineData("src/VecNet/docs/adding-operations.md", 1)]
    [InlineData("src/VecNet/docs/mathematics.md", 1)]
    [InlineData("src/VecNet/docs/language-model.md", 1)]
    [InlineData("src/VecNet/docs/sentence-embeddings.md", 1)]
    [InlineData("src/VecNet/docs/performance.md", 2)]
    [InlineData("src/VecNet/docs/strassen.md", 3)]
    [InlineData("src/VecNet/docs/from-pytorch.md", 1)]
    public void A_page_has_programs(string page, int atLeast) => Assert.InRange(MarkdownProgram.Of(page).Count, atLeast, 100);

    /// <summary>Blocks are recognized by their fences alone, so that a misspelt one would not be run.</summary>
    [Fact]
    public void Every_block_has_a_language_that_is_known() => Assert.All(
        MarkdownProgram.Pages,
        page => Assert.All(
            Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Where((_, index) => index % 2 == 0),
            fence => Assert.True(
                fence.Groups[1].Value is "csharp" or "text" or "sh" or "xml" or "python" or "json", $"{page}: {fence.Value}")));

    [Fact]
    public void A_block_without_usings_goes_on_with_the_one_before()
    {
        IReadOnlyList<MarkdownProgram> programs = MarkdownProgram.Parse(
            "page",
            "```csharp\nusing System;\nint x = Two.Value;\nstatic class Two { public static int Value => 2; }\n```\n"
            + "more\n```csharp\nConsole.WriteLine(x + 1);\n```\n```text\n3\n```\n```csharp\nusing System;\n```\n");

        Assert.Equal([(1, 2, "3\n"), (13, 1, null)], programs.Select(program => (program.Line, program.Blocks.Count, program.Output)));
        Assert.Equal("3\n", ProgramRun.Of(programs[0].Blocks, scratch.Path));
    }

    [Fact]
    public void What_does_not_compile_or_only_with_a_warning_is_found()
    {
        Assert.Contains(
            "CS0103",
            Assert.ThrowsAny<Exception>(() => ProgramRun.Of(["Console.WriteLine(y);"], scratch.Path)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "CS0219",
            Assert.ThrowsAny<Exception>(() => ProgramRun.Of(["int unused = 1;"], scratch.Path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a …\n", "a b\n", true)]
    [InlineData("a …\nc\n", "a b\nd\n", false)]
    [InlineData("a.c\n", "abc\n", false)]
    [InlineData("a\n", "a\nb\n", false)]
    public void An_ellipsis_stands_for_anything_on_its_line(string page, string printed, bool same) =>
        Assert.Equal(same, Says(page, printed));

    private static bool Says(string page, string printed) =>
        Regex.IsMatch(printed.TrimEnd(), "^" + Regex.Escape(page.TrimEnd()).Replace("…", "[^\n]*", StringComparison.Ordinal) + "$");

    private static bool Serves(MarkdownProgram program) =>
        program.Blocks.Any(block => block.Contains("app.Run()", StringComparison.Ordinal));

    /// <summary>What the page on ASP.NET would have a client ask.</summary>
    private static string Ask(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        using HttpResponseMessage response =
            client.PostAsJsonAsync("/predict", new float[] { 6.3f, 3.3f, 6.0f, 2.5f }).GetAwaiter().GetResult();
        return response.Content.ReadFromJsonAsync<Dictionary<string, object>>().GetAwaiter().GetResult()!["label"].ToString()!;
    }

    /// <summary>A caller's array is only read: a second call with the same one has the same answer.</summary>
    [Fact]
    public void The_page_on_ASP_NET_answers_two_equal_calls_alike()
    {
        MarkdownProgram program = MarkdownProgram.Of("src/VecNet/docs/aspnet.md").Single();
        string[] blocks = [.. program.Blocks.Where(block => !block.Contains("app.Run()", StringComparison.Ordinal)), """
            var model = Model.Load<float>("iris.safetensors");
            double[] flower = [6.3, 3.3, 6.0, 2.5];
            var first = model.Predict(flower);
            var second = model.Predict(flower);
            Console.WriteLine($"{first.Label} {second.Label} {first.Classes.SequenceEqual(second.Classes)}");
            Console.WriteLine(FormattableString.Invariant($"{flower[0]} {flower[1]} {flower[2]} {flower[3]}"));
            """];
        Assert.Equal(program.Blocks.Count, blocks.Length);
        Assert.Equal("virginica virginica True\n6.3 3.3 6 2.5\n", ProgramRun.Of(blocks, scratch.Path));
    }

    /// <summary>
    /// The page on the digits packs them again from what they came from; that on sentence embeddings has models beside it.
    /// </summary>
    private void Prepare(string page)
    {
        if (page == "src/VecNet/docs/sentence-embeddings.md")
        {
            MiniLm.WriteFolder(scratch["all-MiniLM-L6-v2"]);
            Gpt2Vocabulary.WriteFolder(scratch["gpt2"]);
        }

        if (page == "src/VecNet.Cli/Digits/README.md")
        {
            byte[] images = Unpacked(Path.Combine(Repository.Root, "src", "VecNet.Cli", "Digits", "digits.br"));
            string[][] rows =
                [.. images.Chunk(66).Select(image => image.Select(value => value.ToString(CultureInfo.InvariantCulture)).ToArray())];
            scratch.Write("digits.csv", "pixels,label\n" + string.Join("\n", rows.Select(row => string.Join(',', row[..65]))));
            scratch.Write("digits.split.csv", "row,set\n"
                + string.Join("\n", rows.Select((row, index) => $"{index},{(row[65] == "1" ? "test" : "train")}")));
        }
    }

    private void Conclude(string page, int index, string printed)
    {
        if (page == "src/VecNet.Cli/Digits/README.md")
        {
            Assert.Equal(
                Unpacked(Path.Combine(Repository.Root, "src", "VecNet.Cli", "Digits", "digits.br")), Unpacked(scratch["digits.br"]));
        }
        else if (page == "src/VecNet/docs/performance.md" && index == 1)
        {
            Assert.Contains("0.fully_connected + 1.sigmoid  backward     102.760     2533.4", printed, StringComparison.Ordinal);
            Assert.Equal(8, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }

    private static byte[] Unpacked(string file)
    {
        using var brotli = new System.IO.Compression.BrotliStream(File.OpenRead(file), System.IO.Compression.CompressionMode.Decompress);
        using var memory = new MemoryStream();
        brotli.CopyTo(memory);
        return memory.ToArray();
    }

    [GeneratedRegex("^```(.*)$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}

/// <summary>Tests that catch what is written to the console, which there is one of: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class OneConsole
{
    public const string Name = "console";
}
