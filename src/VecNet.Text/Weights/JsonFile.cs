using System.Text.Json;

namespace VecNet.Text;

/// <summary>A file of JSON in the folder of a model.</summary>
internal sealed class JsonFile
{
    private readonly JsonElement root;

    private JsonFile(string path, JsonElement root)
    {
        Path = path;
        this.root = root;
    }

    /// <summary>The path, for messages.</summary>
    internal readonly string Path;

    /// <summary>The root, which is a list.</summary>
    internal IEnumerable<JsonElement> Items =>
        root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : throw Error("it is not a list.");

    /// <summary>Reads a file; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    internal static JsonFile? ReadIfExists(string path) => System.IO.Path.Exists(path) ? Read(path) : null;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    internal static JsonFile Read(string path)
    {
        if (!System.IO.Path.Exists(path))
        {
            throw new FileNotFoundException(
                $"The folder of the model has no {System.IO.Path.GetFileName(path)}: '{path}' does not exist.", path);
        }

        return InputFile.Read(path, stream =>
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(stream);
                return new JsonFile(path, document.RootElement.Clone());
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"not JSON: {error.Message}", error);
            }
        });
    }

    /// <summary>A positive integer.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal int Number(string name) => OptionalNumber(name) ?? throw Error($"'{name}' is missing.");

    /// <summary>A positive integer; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal int? OptionalNumber(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0 ? number
        : throw Error($"'{name}' is {value.GetRawText()}, and not a positive integer.");

    /// <summary>A number of 0 or more; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal double? OptionalReal(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= 0 ? number
        : throw Error($"'{name}' is {value.GetRawText()}, and not a number of 0 or more.");

    /// <summary>A text; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal string? OptionalText(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Error($"'{name}' is not a text.");

    /// <summary>Whether there is a value that is true.</summary>
    internal bool IsTrue(string name) => TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The names of all values that are true.</summary>
    internal IEnumerable<string> TrueNames => root.ValueKind == JsonValueKind.Object
        ? root.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.True).Select(property => property.Name)
        : [];

    /// <summary>An error in the file.</summary>
    internal InvalidDataException Error(string message) => new($"{Path}: {message}");

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return root.ValueKind == JsonValueKind.Object
            ? root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null
            : throw Error("it is not an object.");
    }
}
