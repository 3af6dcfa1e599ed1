using System.Numerics;

namespace VecNet;

/// <summary>Options from a list: numbers by their names.</summary>
internal sealed class GivenOptions<T>(IEnumerable<KeyValuePair<string, double>> options) : OptionSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, double> numbers = new(options);

    internal override bool Has(string name) => numbers.ContainsKey(name);

    internal override double Number(string name) => numbers[name];

    internal override int WholeNumber(string name) => (int)numbers[name];

    internal override bool Flag(string name) => numbers[name] != 0;
}
