namespace VecNet.Cli.GradientChecks;

/// <summary>Every function of the library that has a backward pass, by each of its inputs.</summary>
internal static class FunctionSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        .. OperationCatalog<double>.Functions.Select(function => new GradientSubject("function", function.Name, c => function.Check(c))),
        .. from function in MultivariateFunctions.All
           from variable in Enumerable.Range(0, function.Variables.Count)
           select new GradientSubject("function", $"{function.Name}, {function.Variables[variable]}", c => function.Check(variable, c)),
    ];
}
