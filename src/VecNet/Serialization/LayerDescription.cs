using System.Numerics;
using System.Text.Json;

namespace VecNet;

/// <summary>One layer as JSON: its name, its numbers, and the layers inside it.</summary>
internal static class LayerDescription
{
    /// <summary>The greatest nesting depth of layers: a file could require more than the stack can hold.</summary>
    internal const int MaxDepth = 64;

    /// <summary>The largest number of layers: a small file can name more than one would want to allocate.</summary>
    internal const int MaxLayers = 10_000;

    internal static void WriteAll<T>(Utf8JsonWriter json, string key, IEnumerable<ILayer<T>> layers, int depth = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (depth > MaxDepth)
        {
            throw new NotSupportedException($"A model file cannot describe layers that are nested more than {MaxDepth} deep.");
        }

        json.WriteStartArray(key);
        foreach (ILayer<T> layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            Write(json, layer, depth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the layers of a list; the count includes nested layers.</summary>
    /// <exception cref="InvalidDataException">There are too many, or one is not known.</exception>
    internal static ILayer<T>[] ReadAll<T>(JsonElement layers, ref int count, int depth = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"the model has layers that are nested more than {MaxDepth} deep.");
        }

        count += layers.GetArrayLength();
        if (count > MaxLayers)
        {
            throw new InvalidDataException($"the model has {count} layers; at most {MaxLayers} are read.");
        }

        List<ILayer<T>> read = [];
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            read.Add(Read<T>(layer, ref count, depth));
        }

        return [.. read];
    }

    /// <summary>Throws if the layers have more parameters than the file holds, before anything is allocated for them.</summary>
    /// <exception cref="InvalidDataException">They do, or they are wider than a matrix can be.</exception>
    internal static void CheckSize<T>(int inputs, ILayer<T>[] layers, long fileElements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NetworkPlan<T> plan = NetworkPlan<T>.Create(inputs, layers);
        long needed = 0;
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            needed += node.OwnParameters.Sum(slot => (long)slot.Length) + node.State.Sum(slot => (long)slot.Length);
        }

        if (needed > fileElements)
        {
            throw new InvalidDataException($"the described network has {needed} parameters; the file holds {fileElements} elements.");
        }
    }

    private static void Write<T>(Utf8JsonWriter json, ILayer<T> layer, int depth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerEntry<T> entry = OperationCatalog<T>.Layers.FirstOrDefault(entry => entry.Type == layer.GetType())
            ?? throw new NotSupportedException(
                $"A model file cannot describe the layer '{layer.Name}' ({layer.GetType().Name}): only built-in layers can be "
                + "created from a file. SaveParameters and LoadParameters work with every layer.");
        foreach ((string name, object value) in layer.Options)
        {
            switch (value)
            {
                case int number:
                    json.WriteNumber(name, number);
                    break;
                case double number:
                    json.WriteNumber(name, number);
                    break;
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                case string text:
                    json.WriteString(name, text);
                    break;
                default:
                    throw new NotSupportedException(
                        $"A model file cannot keep the option '{name}' of the layer '{layer.Name}', which is a {value.GetType().Name}.");
            }
        }

        if (entry.Inner is { } inner)
        {
            (string name, IReadOnlyList<ILayer<T>> layers) = inner(layer);
            WriteAll(json, name, layers, depth + 1);
        }
    }

    private static ILayer<T> Read<T>(JsonElement layer, ref int count, int depth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string name = layer.GetProperty("name").GetString() ?? throw new InvalidDataException("a layer of the model has no name.");
        LayerEntry<T> entry = OperationCatalog<T>.Layers.FirstOrDefault(entry => entry.StoredName == name)
            ?? throw new InvalidDataException($"the model has a layer '{name}' that this program does not know.");
        var options = new StoredOptions<T>(layer, count, depth);
        ILayer<T> made = entry.Make(options);
        count = options.Count;
        return made;
    }

    /// <summary>The options of a layer as they are stored in a file.</summary>
    private sealed class StoredOptions<T>(JsonElement layer, int count, int depth) : OptionSource<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private int layers = count;

        /// <summary>The number of layers so far, including those nested in this one.</summary>
        internal int Count => layers;

        internal override bool Has(string name) => layer.TryGetProperty(name, out _);

        internal override double Number(string name) => layer.GetProperty(name).GetDouble();

        internal override int WholeNumber(string name) => layer.GetProperty(name).GetInt32();

        internal override bool Flag(string name) => layer.GetProperty(name).GetBoolean();

        internal override string Text(string name) =>
            layer.GetProperty(name).GetString() ?? throw new InvalidDataException($"the option '{name}' of a layer is null.");

        internal override ILayer<T>[] Layers(string name) => ReadAll<T>(layer.GetProperty(name), ref layers, depth + 1);
    }
}
