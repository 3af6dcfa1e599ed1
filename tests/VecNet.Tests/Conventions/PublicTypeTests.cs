using System.Reflection;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Rules for the public types of the packages.</summary>
public sealed class PublicTypeTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<Type> All { get; } =
        [.. new[] { typeof(Model<>), typeof(CsvTable) }.SelectMany(type => type.Assembly.GetExportedTypes())];

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

    private static IEnumerable<string> StaticMethods(Type type) => type.GetMethods(Declared)
        .Where(method => type.IsGenericType && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        .Select(method => $"{type.Name}.{method.Name}");

    private sealed class Sample<T>
    {
        public static Sample<T> Empty => new();

        public static implicit operator Sample<T>(T value) => Create(value);

        public static Sample<T> Create(T value) => value is null ? Empty : new();
    }
}
