using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>Pages agree with what they describe: files, types, folders and results of benchmarks.</summary>
public sealed partial class DocumentationPageTests
{
    /// <summary>What is compared, in the order of the tables.</summary>
    private static readonly string[] Subjects = ["matmul", "network", "elementwise", "layers", "sequences", "embeddings", "strassen"];

    public static TheoryData<string> Pages => [.. MarkdownProgram.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        Assert.All(
            Link().Matches(Text(page)).Select(match => match.Groups[1].Value.Split('#')[0]).Where(target => !target.Contains("://")),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{page} links to {target}."));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Rows_of_a_table_have_as_many_cells_as_its_header(string page)
    {
        int cells = 0;
        foreach (string line in Fenced().Replace(Text(page), "").Split('\n'))
        {
            int found = line.StartsWith('|') ? CellEnd().Count(line) : 0;
            Assert.True(found == cells || found == 0 || cells == 0, $"{page}: {line}");
            cells = found;
        }
    }

    [Fact]
    public void The_overview_names_public_types()
    {
        HashSet<string> types =
        [
            .. new[] { typeof(Model<>), typeof(Formats.CsvTable), typeof(Text.WordPieceTokenizer), typeof(Mpi.ICommunicator) }
                .SelectMany(type => type.Assembly.GetExportedTypes())
                .Select(type => type.IsGenericType ? $"{type.Name.Split('`')[0]}<T>" : type.Name),
        ];
        string[] named =
        [
            .. Text("src/VecNet/docs/overview.md").Split('\n').Where(line => line.StartsWith('|'))
                .SelectMany(line => TypeName().Matches(line.Split('|')[2]))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.True(named.Length > 50, $"Only {named.Length} types are named.");
        string[] members = ["Forward", "Backward", "BackwardAndStep", "Multiply", "MultiplyTransposeA", "MultiplyTransposeB", "Profiler"];
        Assert.Empty(named.Except(types).Except(members));
        string[] layers = [.. types.Where(type => typeof(Model<>).Assembly.GetType($"VecNet.{type.Replace("<T>", "`1")}") is { } found
            && found.GetInterfaces().Any(contract => contract.Name is "ILayer`1" or "IOptimizer`1" or "ILoss`1") && !found.IsAbstract)];
        Assert.True(layers.Length > 30, $"Only {layers.Length} layers, losses and optimizers are public.");
        Assert.Empty(layers.Except(named));
    }

    [Fact]
    public void The_repository_layout_names_every_folder_of_the_library()
    {
        string layout = Text("CONTRIBUTING.md");
        Assert.All(
            LayerRules.MayUse.Keys,
            folder => Assert.Contains($"\n      {folder}/ ", layout, StringComparison.Ordinal));
        Assert.All(
            Repository.Files("", "*.csproj").Select(project => Path.GetDirectoryName(project)!.Replace('\\', '/')),
            folder => Assert.Contains($"\n    {folder}/ ", layout, StringComparison.Ordinal));
    }

    /// <summary>The lowest ratio and the number of rows are those at the end of the table of results.</summary>
    [Fact]
    public void The_benchmark_summary_agrees_with_the_results()
    {
        string summary = Text("src/VecNet/docs/benchmarks.md").Split("## Summary")[1].Split("## ")[0];
        string[] rows = [.. summary.Split('\n').Where(row => row.Contains("(../"))];
        string[] measured = [.. Repository.Files("perf/results", "*.md").Select(Path.GetFileNameWithoutExtension).Intersect(Subjects)!];
        Assert.Equal(measured.Length, rows.Length);
        Assert.All(rows, row =>
        {
            string results = Text(Link().Match(row).Groups[1].Value["../../../".Length..]).Split("## All rows")[1];
            string[] cells = row.Split('|');
            Assert.StartsWith(Regex.Match(results, "- lowest ratio ([0-9.]+)").Groups[1].Value, cells[4].Trim(), StringComparison.Ordinal);
            Assert.StartsWith(Regex.Match(results, "- ([0-9]+) rows").Groups[1].Value, cells[2].Trim(), StringComparison.Ordinal);
        });
    }

    /// <summary>Every folder of results has a row, whose cells are the geometric means and the lowest ratios of its files.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/VecNet/docs/benchmarks.md")]
    public void Every_processor_with_results_is_in_the_table(string page)
    {
        string[] rows = [.. Text(page).Split('\n').SkipWhile(line => !line.StartsWith("| processor |")).TakeWhile(line => line != "")];
        string[] folders =
        [
            .. Repository.Files("perf/results", "*.md").Where(file => file.Contains('/'))
                .Select(file => $"perf/results/{file[..file.LastIndexOf('/')]}").Distinct(),
        ];
        Assert.NotEmpty(folders);
        Assert.Equal(folders.Length, rows.Length - 2);
        Assert.All(folders, folder =>
        {
            string[] cells = Assert.Single(rows, row => row.Contains($"{folder}) |")).Split('|', StringSplitOptions.TrimEntries);
            Assert.Equal($"{Path.GetFileName(folder)} bits", cells[2]);
            Assert.Equal(Subjects.Select(subject => MeanAndLowest($"{folder}/{subject}.md")), cells[3..^1]);
        });
    }

    private static string MeanAndLowest(string results)
    {
        string path = Path.Combine(Repository.Root, results);
        Match all = AllRows().Match(File.Exists(path) ? Text(results) : "");
        return all.Success ? $"{all.Groups[2].Value} ({all.Groups[1].Value})" : "–";
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"## All rows\n\n- lowest ratio ([0-9.]+).*, geometric mean ([0-9.]+)")]
    private static partial Regex AllRows();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex(@"`([A-Z]\w+(<T>)?)`")]
    private static partial Regex TypeName();
}
