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

    /// <summary>The values of the root, which is an object.</summary>
    internal IEnumerable<JsonProperty> Properties =>
        root.ValueKind == JsonValueKind.Object ? root.EnumerateObject() : throw Error("it is not an object.");

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
                CheckTexts(document.RootElement);
                return new JsonFile(path, document.RootElement.Clone());
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"not JSON: {error.Message}", error);
            }
            catch (InvalidOperationException error)
            {
                throw new InvalidDataException("it has a text that is not valid Unicode.", error);
            }
        });
    }

    /// <summary>A positive integer.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal int Number(string name) => OptionalNumber(name) ?? throw Error($"'{name}' is missing.");

    /// <summary>An integer, which is positive if nothing else is said; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal int? OptionalNumber(string name, int least = 1) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least ? number
        : throw Error(
            $"'{name}' is {value.GetRawText()}, and not {(least == 1 ? "a positive integer" : $"an integer of {least} or more")}.");

    /// <summary>A number of 0 or more that a float can represent; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal float? OptionalReal(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && (float)number is >= 0 and <= float.MaxValue
            ? (float)number
            : throw Error($"'{name}' is {value.GetRawText()}, and not a number of 0 or more.");

    /// <summary>A text; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal string? OptionalText(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Error($"'{name}' is not a text.");

    /// <summary>The texts of an object, by their names.</summary>
    /// <exception cref="InvalidDataException">There is no object of texts.</exception>
    internal IEnumerable<(string Name, string Value)> Texts(string name) =>
        TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().All(property => property.Value.ValueKind == JsonValueKind.String)
            ? value.EnumerateObject().Select(property => (property.Name, property.Value.GetString()!))
            : throw Error($"'{name}' is not an object of texts.");

    /// <summary>Whether a value is true or false; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal bool? OptionalFlag(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Error($"'{name}' is {value.GetRawText()}, and neither true nor false.");

    /// <summary>Whether there is a value that is true.</summary>
    internal bool IsTrue(string name) => TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Checks that the name of a file or folder, perhaps in folders, does not leave the folder that this file is in.</summary>
    /// <returns>The name.</returns>
    /// <exception cref="InvalidDataException">It does.</exception>
    internal string Inside(string name) =>
        Array.TrueForAll(name.Split('/', '\\'), part => part is not ("" or "." or "..") && !part.Contains(':'))
            ? name
            : throw Error($"'{name}' is not the name of a file or folder in the same folder.");

    /// <summary>The names of all values that are true.</summary>
    internal IEnumerable<string> TrueNames => root.ValueKind == JsonValueKind.Object
        ? root.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.True).Select(property => property.Name)
        : [];

    /// <summary>An error in the file.</summary>
    internal InvalidDataException Error(string message) => new($"{Path}: {message}");

    /// <summary>
    /// Reads all texts, so that no later access fails: bytes that are not UTF-8, and escapes of half a surrogate pair, are JSON.
    /// </summary>
    /// <exception cref="InvalidOperationException">One is not valid Unicode.</exception>
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    CheckTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }

                break;
        }
    }

    /// <summary>Gets a value that is not null.</summary>
    internal bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return root.ValueKind == JsonValueKind.Object
            ? root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null
            : throw Error("it is not an object.");
    }
}
