using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace VecNet.Tests;

/// <summary>Compiles programs of top-level statements and runs them here, in a folder of their own.</summary>
internal static class ProgramRun
{
    /// <summary>What the SDK for the web gives a program beyond what a library has.</summary>
    private const string ImplicitUsings = $"""
        {LayerChecker.ImplicitUsings}
        global using global::System.Net.Http.Json;
        global using global::Microsoft.AspNetCore.Builder;
        global using global::Microsoft.AspNetCore.Http;
        global using global::Microsoft.Extensions.DependencyInjection;
        """;

    /// <summary>
    /// Runs what a page shows and returns what it prints. A program that serves is asked,
    /// if there is somebody to ask it, and then told to stop.
    /// </summary>
    internal static string Of(IReadOnlyList<string> blocks, string folder, Action<Uri>? ask = null)
    {
        MethodInfo main = Compile(Join(blocks)).EntryPoint!;
        (TextWriter console, string before, int limit) = (Console.Out, Environment.CurrentDirectory, Parallelism.MaxThreads);
        using var output = new StringWriter();
        using IDisposable? guest = ask is null ? null : DiagnosticListener.AllListeners.Subscribe(new Guest(ask));
        Console.SetOut(output);
        Environment.CurrentDirectory = folder;
        try
        {
            main.Invoke(
                null, main.GetParameters().Length == 0 ? null : [ask is null ? Array.Empty<string>() : ["--urls", "http://127.0.0.1:0"]]);
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Console.SetOut(console);
            Parallelism.MaxThreads = limit;
        }

        return output.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>
    /// One program of several blocks: their usings, then their statements, then their types, each in the order in which they stand.
    /// </summary>
    internal static string Join(IReadOnlyList<string> blocks)
    {
        CompilationUnitSyntax[] units = [.. blocks.Select(
            block => CSharpSyntaxTree.ParseText(block, cancellationToken: TestContext.Current.CancellationToken)
                .GetCompilationUnitRoot(TestContext.Current.CancellationToken))];
        var program = new StringBuilder();
        program.AppendJoin("", units.SelectMany(unit => unit.Usings).Select(use => use.ToFullString()).Distinct());
        program.AppendJoin("", units
            .SelectMany(unit => unit.Members)
            .Where(member => member is GlobalStatementSyntax)
            .Select(member => member.ToFullString()));
        program.AppendJoin("", units
            .SelectMany(unit => unit.Members)
            .Where(member => member is not GlobalStatementSyntax)
            .Select(member => member.ToFullString()));
        return program.ToString();
    }

    private static Assembly Compile(string code)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Page",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(code)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable,
                optimizationLevel: OptimizationLevel.Release));
        using var program = new MemoryStream();
        var result = compilation.Emit(program);
        Diagnostic[] complaints = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
        Assert.True(
            complaints.Length == 0,
            string.Join(Environment.NewLine, complaints.Select(complaint => complaint.ToString())) + Environment.NewLine + code);
        return Assembly.Load(program.ToArray());
    }

    /// <summary>Waits for a web application to listen, asks it and tells it to stop.</summary>
    private sealed class Guest(Action<Uri> ask) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilt", Value: IHost host })
            {
                var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
                lifetime.ApplicationStarted.Register(() => _ = Task.Run(() =>
                {
                    try
                    {
                        ask(new Uri(
                            host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
                                .Single()));
                    }
                    finally
                    {
                        lifetime.StopApplication();
                    }
                }));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
