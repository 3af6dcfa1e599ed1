using System.Collections;
using System.Globalization;

namespace VecNet;

/// <summary>
/// The name and the options of a component, as texts that do not depend on the culture. Two descriptions are equal if all of these are.
/// </summary>
public sealed class ComponentDescription : IEquatable<ComponentDescription>
{
    /// <summary>Creates a description.</summary>
    /// <param name="name">The name, such as <c>Adam</c>.</param>
    /// <param name="options">The options, each name once; the order is kept, but does not matter for equality.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    public ComponentDescription(string name, IEnumerable<KeyValuePair<string, string>> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        Name = name;
        Options = [.. options];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string option, string value) in Options)
        {
            if (string.IsNullOrEmpty(option) || value is null || !names.Add(option))
            {
                throw new ArgumentException(
                    $"The options of {name} must have values and unique names; '{option}' is invalid.", nameof(options));
            }
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The options.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; }

    /// <inheritdoc/>
    public bool Equals(ComponentDescription? other) =>
        other is not null && Name == other.Name && !DifferencesFrom(other).Any() && !other.DifferencesFrom(this).Any();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ComponentDescription);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Options.Aggregate(Name.GetHashCode(StringComparison.Ordinal), (hash, option) => hash ^ option.GetHashCode());

    /// <summary>Returns a text such as <c>Adam (beta1 = 0.9, beta2 = 0.999)</c>.</summary>
    public override string ToString() => Text(Options);

    /// <summary>Creates a description from options that are numbers, booleans, texts, and lists of these.</summary>
    internal static ComponentDescription Create(string name, IEnumerable<KeyValuePair<string, object>> options) =>
        new(name, options.Select(option => KeyValuePair.Create(option.Key, TextOf(option.Value))));

    /// <summary>Formats two descriptions; those with the same name show only the options that differ.</summary>
    internal static (string One, string Other) Compare(ComponentDescription one, ComponentDescription other) => one.Name == other.Name
        ? (one.Text(one.DifferencesFrom(other)), other.Text(other.DifferencesFrom(one)))
        : (one.ToString(), other.ToString());

    private static string TextOf(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(TextOf)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private IEnumerable<KeyValuePair<string, string>> DifferencesFrom(ComponentDescription other) =>
        Options.Where(option => !other.Options.Contains(option));

    private string Text(IEnumerable<KeyValuePair<string, string>> options)
    {
        string listed = string.Join(", ", options.Select(option => $"{option.Key} = {option.Value}"));
        return listed.Length == 0 ? Name : $"{Name} ({listed})";
    }
}
