using System.Numerics.Tensors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace VecNet.Tests;

/// <summary>Finds what breaks <see cref="LayerRules"/>: compiles the sources and asks the compiler what each identifier means.</summary>
internal static class LayerChecker
{
    /// <summary>What &lt;ImplicitUsings&gt; gives the library.</summary>
    internal const string ImplicitUsings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    /// <summary>The platform and the library's one dependency, without anything else that the tests have loaded.</summary>
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
    {
        string platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string tensors = typeof(TensorPrimitives).Assembly.Location;
        return
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == platform || path == tensors)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    });

    /// <summary>Each violation as one line: file, line, what is wrong.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<(string Path, string Text)> sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None);
        SyntaxTree[] trees = [.. sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, options, source.Path))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "VecNet",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options, "ImplicitUsings.cs"), .. trees],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

        // An identifier that the compiler does not know has no folder: errors would let violations slip through.
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        violations.UnionWith(compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"does not compile: {diagnostic}"));
        foreach (SyntaxTree tree in trees)
        {
            CheckFile(compilation.GetSemanticModel(tree), violations);
        }

        return [.. violations];
    }

    private static void CheckFile(SemanticModel model, SortedSet<string> violations)
    {
        SyntaxTree tree = model.SyntaxTree;
        string folder = FolderOf(tree);
        if (!LayerRules.MayUse.TryGetValue(folder, out string[]? mayUse))
        {
            violations.Add($"{tree.FilePath}: '{folder}' is no folder of the house");
            return;
        }

        foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.UnsafeKeyword)))
        {
            Report(token.GetLocation(), LayerRules.Unsafe.Contains(folder), $"{folder} may not use unsafe");
        }

        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is BaseTypeDeclarationSyntax declaration)
            {
                string name = declaration.Identifier.Text;
                bool empty = LayerRules.EmptyWords.Any(word => name.EndsWith(word, StringComparison.Ordinal));
                Report(declaration.Identifier.GetLocation(), !empty, $"the name {name} says nothing");
            }

            if (node is not (SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax))
            {
                continue;
            }

            foreach (ISymbol symbol in MeaningsOf(model, node))
            {
                foreach (string used in FoldersOf(symbol))
                {
                    Report(node.GetLocation(), used == folder || mayUse.Contains(used), $"{folder} may not use {used} ({symbol.Name})");
                }

                foreach (string name in PlatformNamesOf(symbol))
                {
                    bool allowed = !LayerRules.Platform.TryGetValue(name, out string[]? folders) || folders.Contains(folder);
                    Report(node.GetLocation(), allowed, $"{folder} may not use {name}");
                }
            }
        }

        void Report(Location location, bool allowed, string what)
        {
            if (!allowed)
            {
                violations.Add($"{tree.FilePath}:{location.GetLineSpan().StartLinePosition.Line + 1}: {what}");
            }
        }
    }

    /// <summary>The symbol that a name stands for, or those it may stand for; and the type that new() or var leaves unsaid.</summary>
    private static IEnumerable<ISymbol> MeaningsOf(SemanticModel model, SyntaxNode node)
    {
        SymbolInfo info = model.GetSymbolInfo(node);
        if (info.Symbol is not null)
        {
            yield return info.Symbol;
        }

        foreach (ISymbol candidate in info.CandidateSymbols)
        {
            yield return candidate;
        }

        if (node is ImplicitObjectCreationExpressionSyntax && model.GetTypeInfo(node).Type is { } type)
        {
            yield return type;
        }
    }

    /// <summary>The folders in which a symbol of the library is declared; none for the platform's and for namespaces.</summary>
    private static IEnumerable<string> FoldersOf(ISymbol symbol) => symbol is INamespaceSymbol
        ? []
        : symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => FolderOf(reference.SyntaxTree)).Distinct();

    /// <summary>The full names under which the rules may list a symbol of the platform: itself, its type, its namespaces.</summary>
    private static IEnumerable<string> PlatformNamesOf(ISymbol symbol)
    {
        for (ISymbol? s = symbol.OriginalDefinition;
             s is not null and not INamespaceSymbol { IsGlobalNamespace: true };
             s = (ISymbol?)s.ContainingType ?? s.ContainingNamespace)
        {
            string name = s.Name;
            for (ISymbol? outer = (ISymbol?)s.ContainingType ?? s.ContainingNamespace;
                outer is not null and not INamespaceSymbol { IsGlobalNamespace: true };
                outer = (ISymbol?)outer.ContainingType ?? outer.ContainingNamespace)
            {
                name = $"{outer.Name}.{name}";
            }

            yield return name;
        }
    }

    private static string FolderOf(SyntaxTree tree) =>
        tree.FilePath.Contains('/', StringComparison.Ordinal) ? tree.FilePath.Split('/')[0] : "";
}
