using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using VecNet.Extensions.AI;
using VecNet.Extensions.Hosting;
using VecNet.Formats;
using VecNet.Mpi;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Rules for the public types of the packages.</summary>
public sealed partial class PublicTypeTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<Type> All { get; } =
        [
            .. new[]
                {
                    typeof(Model<>), typeof(CsvTable), typeof(SentenceEncoder), typeof(SentenceEmbeddingGenerator), typeof(ModelPredictor),
                    typeof(ICommunicator),
                }
            .SelectMany(type => type.Assembly.GetExportedTypes())];

    /// <summary>A caller would have to write the type argument of the type in each call (CA1000); operators cannot be elsewhere.</summary>
    [Fact]
    public void Generic_types_have_no_static_methods()
    {
        Assert.True(All.Count > 100, $"Only {All.Count} types are public.");
        Assert.Empty(All.SelectMany(StaticMethods));
    }

    [Fact]
    public void A_static_method_of_a_generic_type_is_found()
    {
        Assert.Equal(["Sample`1.Create", "Sample`1.get_Empty"], StaticMethods(typeof(Sample<>)).Order(StringComparer.Ordinal));
        Assert.Empty(StaticMethods(typeof(Model)));
    }

    /// <summary>
    /// The code of pages, samples and XML documentation uses each public type: a static class by one of its methods, a generic type with
    /// its arguments, and any other type by its name.
    /// </summary>
    [Fact]
    public void Every_type_has_an_example()
    {
        string code = string.Concat(Examples());
        string[] missing = [.. All.Where(type => !IsUsed(type, code)).Select(type => type.Name)];
        Assert.True(missing.Length == 0, $"{missing.Length} public types have no example: {string.Join(", ", missing)}.");
    }

    [Theory]
    [InlineData(typeof(Model), "Model.Load<float>(path)", true)]
    [InlineData(typeof(Model), "Model<float> model", false)]
    [InlineData(typeof(Model<>), "Model<float> model", true)]
    [InlineData(typeof(Model<>), "Model.Load(path)", false)]
    [InlineData(typeof(FitOptions), "new FitOptions()", true)]
    [InlineData(typeof(FitOptions), "new MyFitOptions()", false)]
    [InlineData(typeof(NetworkTraining), "network.Step(optimizer)", true)]
    [InlineData(typeof(NetworkTraining), "network.Steps", false)]
    [InlineData(typeof(NetworkBuilder<>), "builder.Apply(layer)", false)]
    public void A_type_without_an_example_is_found(Type type, string code, bool isUsed) => Assert.Equal(isUsed, IsUsed(type, code));

    private static IEnumerable<string> Examples()
    {
        string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
        return MarkdownProgram.Pages.SelectMany(MarkdownProgram.Of).SelectMany(program => program.Blocks)
            .Concat(Repository.Files("tests/Samples", "*.cs").Select(file => Read($"tests/Samples/{file}")))
            .Concat(Packages.Names.Where(name => name != "VecNet.Cli").Select(name => $"src/{name}")
                .SelectMany(folder => Repository.Files(folder, "*.cs").Select(file => Read($"{folder}/{file}")))
                .SelectMany(text => XmlCode().Matches(text).Select(match => WebUtility.HtmlDecode(match.Value))));
    }

    private static bool IsUsed(Type type, string code)
    {
        string name = type.Name.Split('`')[0];
        bool isStatic = type is { IsAbstract: true, IsSealed: true };
        string[] extensions = isStatic
            ? [.. type.GetMethods(Declared).Where(method => method.IsDefined(typeof(ExtensionAttribute))).Select(method => method.Name)]
            : [];
        return Regex.IsMatch(code, $@"\b{name}{(type.IsGenericType ? "<" : isStatic ? @"\." : @"\b")}")
            || extensions.Any(method => Regex.IsMatch(code, $@"\.{method}(<\w+>)?\("));
    }

    private static IEnumerable<string> StaticMethods(Type type) => type.GetMethods(Declared)
        .Where(method => type.IsGenericType && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        .Select(method => $"{type.Name}.{method.Name}");

    [GeneratedRegex("<code>.*?</code>", RegexOptions.Singleline)]
    private static partial Regex XmlCode();

    private sealed class Sample<T>
    {
        public static Sample<T> Empty => new();

        public static implicit operator Sample<T>(T value) => Create(value);

        public static Sample<T> Create(T value) => value is null ? Empty : new();
    }
}
