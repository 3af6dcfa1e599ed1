using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>
/// Programs of ranks: static methods of this assembly without parameters, which a process runs instead of tests if the environment names
/// one. To find a test among thousands would take each rank some seconds.
/// </summary>
internal static class RankProgram
{
    private const string Variable = "VECNET_RANK_PROGRAM";

    /// <summary>How a process is started that runs a program.</summary>
    public static ProcessStartInfo StartOf(Action program, string directory, params (string Name, string Value)[] environment)
    {
        Assert.True(program.Method.IsStatic, $"{program.Method.Name} is not static.");
        var start = new ProcessStartInfo("dotnet", [typeof(RankProgram).Assembly.Location])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = $"{program.Method.DeclaringType!.FullName}.{program.Method.Name}";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    [ModuleInitializer]
    internal static void RunIfNamed()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name)
        {
            return;
        }

        int point = name.LastIndexOf('.');
        Action program = typeof(RankProgram).Assembly.GetType(name[..point], throwOnError: true)!
            .GetMethod(name[(point + 1)..], BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Action>();
        try
        {
            program();
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            Environment.Exit(1);
        }

        Environment.Exit(0);
    }
}
