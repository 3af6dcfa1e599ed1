namespace VecNet.Cli.GradientChecks;

/// <summary>All functions of the library that have a backward pass, with respect to each of their inputs.</summary>
internal static class FunctionSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
    [
        .. OperationCatalog<double>.Functions.Select(
            function => new GradientCheckSubject("function", function.Name, c => function.Check(c))),
        .. from function in MultivariateFunctions.All
           from variable in Enumerable.Range(0, function.Variables.Count)
           select new GradientCheckSubject(
               "function", $"{function.Name}, {function.Variables[variable]}", c => function.Check(variable, c)),
    ];
}
