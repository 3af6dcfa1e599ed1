using System.Text.Json;

namespace VecNet;

/// <summary>The description of the training of a checkpoint, as JSON.</summary>
internal static class TrainingDescriptionJson
{
    /// <summary>The depth of the JSON: the description, the list of layers, a layer and its options.</summary>
    internal const int Depth = 4;

    internal static void Write(Utf8JsonWriter json, string key, TrainingDescription description)
    {
        json.WriteStartObject(key);
        json.WriteNumber("inputs", description.InputSize);
        json.WriteStartArray("layers");
        foreach (ComponentDescription layer in description.Layers)
        {
            Write(json, layer);
        }

        json.WriteEndArray();
        Write(json, "optimizer", description.Optimizer);
        Write(json, "options", description.Options);
        if (description.Loss is { } loss)
        {
            Write(json, "loss", loss);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads a description that <see cref="Write(Utf8JsonWriter, string, TrainingDescription)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The JSON is not such a description; other exceptions of System.Text.Json mean the
    /// same.</exception>
    internal static TrainingDescription Read(JsonElement x) => new(
        x.GetProperty("inputs").GetInt32(),
        x.GetProperty("layers").EnumerateArray().Select(Component),
        Component(x.GetProperty("optimizer")),
        Component(x.GetProperty("options")),
        x.TryGetProperty("loss", out JsonElement loss) ? Component(loss) : null);

    private static void Write(Utf8JsonWriter json, string key, ComponentDescription component)
    {
        json.WritePropertyName(key);
        Write(json, component);
    }

    private static void Write(Utf8JsonWriter json, ComponentDescription component)
    {
        json.WriteStartObject();
        json.WriteString("name", component.Name);
        json.WriteStartObject("options");
        foreach (KeyValuePair<string, string> option in component.Options)
        {
            json.WriteString(option.Key, option.Value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ComponentDescription Component(JsonElement x)
    {
        string name = Text(x.GetProperty("name"));
        return name.Length == 0
            ? throw new InvalidDataException("the checkpoint has no name where a layer, an optimizer or options should be.")
            : new(name, x.GetProperty("options").EnumerateObject().Select(option => KeyValuePair.Create(option.Name, Text(option.Value))));
    }

    private static string Text(JsonElement x) =>
        x.GetString() ?? throw new InvalidDataException("a name or an option of the checkpoint is null.");
}
