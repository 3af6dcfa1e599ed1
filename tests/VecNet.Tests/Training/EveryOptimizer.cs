using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Each of the library's optimizers, in every form that has an update kernel of its own. A new optimizer has to be named here before any
/// test of all passes.
/// </summary>
internal static class EveryOptimizer
{
    /// <summary>The types, found by reflection.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. typeof(MatMul).Assembly.GetExportedTypes()
        .Where(type => type.IsClass && !type.IsAbstract && type.GetInterfaces().Any(part => part.Name == "IOptimizer`1"))
        .Select(type => type.Name.Split('`')[0]).Order(StringComparer.Ordinal)];

    /// <summary>The forms by name; each begins with the name of its type.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. FormsOf<double>().Keys];

    /// <summary>One in the given form, with nothing that is its default, and steps of about 10⁻³.</summary>
    public static Optimizer<T> Make<T>(string form)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FormsOf<T>()[form]();

    private static Dictionary<string, Func<Optimizer<T>>> FormsOf<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            ["Adagrad"] = () => new Adagrad<T>(1e-3, 0.01, 1e-4, 0.5, 1e-9),
            ["Adam"] = () => new Adam<T>(1e-3, 0.8, 0.99, 1e-7, 1e-4),
            ["Adam, long memory"] = () => new Adam<T>(1e-3, 0.99, 0.99999999),
            ["Adam, no memory"] = () => new Adam<T>(1e-3, 0, 0, 1e-7, 1e-4),
            ["AdamW"] = () => new AdamW<T>(1e-3, 0.8, 0.99, 1e-7, 1e-3),
            ["RmsProp"] = () => new RmsProp<T>(1e-3, 0.98, 1e-7, 0, false, 1e-4),
            ["RmsProp, no memory"] = () => new RmsProp<T>(1e-3, 0, 1e-7, 0, false, 1e-4),
            ["RmsProp, momentum"] = () => new RmsProp<T>(1e-3, 0.98, 1e-7, 0.8, false, 1e-4),
            ["RmsProp, centered"] = () => new RmsProp<T>(1e-3, 0.98, 1e-3, 0, true, 1e-4),
            ["RmsProp, centered, momentum"] = () => new RmsProp<T>(1e-3, 0.98, 1e-3, 0.8, true, 1e-4),
            ["Sgd"] = () => new Sgd<T>(1e-3, 0, 1e-4),
            ["Sgd, momentum"] = () => new Sgd<T>(1e-3, 0.8, 1e-4),
            ["Sgd, Nesterov"] = () => new Sgd<T>(1e-3, 0.8, 1e-4, nesterov: true),
        };
}
